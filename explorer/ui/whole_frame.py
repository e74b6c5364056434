"""The frame for a file, where the screen's holds less than was measured: the run is repeated beside the live one."""

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.core.session import Session
from explorer.ui.worker_bridge import WorkerBridge
from explorer.worker.messages import Died, Failed, FrameReady, Progress


class WholeFrame(QObject):
    """Asks for one frame, tells how far it is, and then what became of it."""

    progressed = pyqtSignal(float)
    """Share of the steps, 0 to 1."""
    arrived = pyqtSignal(object)
    """The frame."""
    failed = pyqtSignal(str)

    def __init__(self, bridge: WorkerBridge, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        bridge.frame_ready.connect(self._on_bridge_frame_ready)
        bridge.progressed.connect(self._on_bridge_progressed)
        bridge.failed.connect(self._on_bridge_failed)
        bridge.died.connect(self._on_bridge_died)
        at = session.hyperparams, session.changes, session.step
        self._run_id = bridge.client.begin_whole(session.experiment, *at)

    def _on_bridge_frame_ready(self, message: FrameReady) -> None:
        if message.run_id == self._run_id and message.refined == 1:
            self.arrived.emit(message.frame)

    def _on_bridge_progressed(self, message: Progress) -> None:
        if message.run_id == self._run_id:
            self.progressed.emit(message.step / message.to_step)

    def _on_bridge_failed(self, message: Failed) -> None:
        if message.run_id in (self._run_id, 0):
            self.failed.emit(message.message)

    def _on_bridge_died(self, message: Died) -> None:
        self.failed.emit(message.message)

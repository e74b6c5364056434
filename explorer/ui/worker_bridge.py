"""The worker's answers as Qt signals in the window's thread."""

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.worker.client import WorkerClient
from explorer.worker.messages import Answer, Checked, Checking, Died, Failed, FrameReady, Progress, Ready


class WorkerBridge(QObject):
    """Owns the client for the window: one signal for each kind of answer, each with the message."""

    ready = pyqtSignal(object)
    frame_ready = pyqtSignal(object)
    progressed = pyqtSignal(object)
    failed = pyqtSignal(object)
    died = pyqtSignal(object)
    checking = pyqtSignal(object)
    checked = pyqtSignal(object)
    _answered = pyqtSignal(object)

    def __init__(self, client: WorkerClient) -> None:
        super().__init__()
        self.client = client
        self._signals = {
            Ready: self.ready,
            FrameReady: self.frame_ready,
            Progress: self.progressed,
            Failed: self.failed,
            Died: self.died,
            Checking: self.checking,
            Checked: self.checked,
        }
        self.torch_version = ""
        self._answered.connect(self._on_client_answered)  # queued: the client calls from its reader thread
        client.on_answer = self._answered.emit

    def _on_client_answered(self, answer: Answer) -> None:
        if isinstance(answer, Ready):
            self.torch_version = answer.torch_version
        if isinstance(answer, Died):
            self.torch_version = ""
        self._signals[type(answer)].emit(answer)

    def close(self) -> None:
        """End the worker; no answer arrives afterwards."""
        self.client.on_answer = None
        self.client.kill()

"""One experiment's tab: controls at the left, figure and player in the middle, notes at the right."""

from typing import Any

from PyQt6.QtCore import QMimeData, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from explorer.core import hyperparams as hp
from explorer.core.experiment import ExperimentSpec
from explorer.core.figure import Figure, Offer
from explorer.core.i18n import _
from explorer.core.session import Session
from explorer.draw.palette import Palette
from explorer.ui.banner import Banner
from explorer.ui.comparison import Comparison
from explorer.ui.control_panel import ControlPanel
from explorer.ui.drag_grip import DragGrip
from explorer.ui.drawing_pace import DrawingPace
from explorer.ui.figure_view import FigureView
from explorer.ui.live_run import LiveRun, Notice, Remedy
from explorer.ui.notes_panel import NotesPanel
from explorer.ui.player import Player
from explorer.ui.refining_pill import RefiningPill
from explorer.ui.run_marks import run_marks
from explorer.ui.worker_bridge import WorkerBridge
from explorer.worker.messages import CancelChecks, Check, Checked, Checking

REMEDIES: dict[Remedy, str] = {
    "continue": _("Continue"),
    "restart": _("Restart"),
    "lower_lr": _("Lower the learning rate"),
    "details": _("Details"),
}


class ExperimentTab(QWidget):
    """Wires the parts of one experiment; what it shows follows from the spec."""

    figure_shown = pyqtSignal()

    def __init__(self, spec: ExperimentSpec, bridge: WorkerBridge, palette: Palette, speed: float | None) -> None:
        super().__init__()
        self.setObjectName(spec.name)
        self.spec, self.bridge = spec, bridge
        self.run = LiveRun(spec, bridge, speed)
        self.controls = ControlPanel(spec)
        self.view = FigureView(palette)
        self.pace = DrawingPace(self.run.taken, self)
        self.player = Player()
        self.grip = DragGrip(self.view, self._figure_to_drag)
        self.refining = RefiningPill(self.view)
        self.notes = NotesPanel(spec)
        self.comparison = Comparison(self)
        self.banner: Banner | None = None
        self.player.set_speed(speed)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.middle = QVBoxLayout()
        self.middle.addWidget(self.view, 1)
        self.middle.addWidget(self.comparison.list)
        self.middle.addWidget(self.player)
        row = QHBoxLayout(self)
        row.addWidget(self.controls)
        row.addLayout(self.middle, 1)
        row.addWidget(self.notes)
        for layout in (self.middle, row):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)

    def _connect(self) -> None:
        self.controls.hyperparams_changed.connect(self._on_controls_hyperparams_changed)
        self.controls.options_changed.connect(self._on_controls_options_changed)
        self.player.play_toggled.connect(self.run.play)
        self.player.step_requested.connect(self.run.step)
        self.player.restart_requested.connect(self.run.restart)
        self.player.speed_changed.connect(self.run.set_speed)
        self.player.seed_changed.connect(self._on_player_seed_changed)
        self.player.timeline.scrubbed.connect(self.run.show_step)
        self.player.timeline.stepped.connect(self.run.show_beside)
        self.player.timeline.newest_requested.connect(self.run.show_newest)
        self.player.rerun_requested.connect(self._on_player_rerun_requested)
        self.player.go_to_requested.connect(self.ask_step)
        self.view.painted.connect(self.pace.painted)
        self.view.picked.connect(self._on_view_picked)
        self.view.offer.accepted.connect(self._on_view_offer_accepted)
        self.refining.stopped.connect(self.run.cancel_refining)
        self.run.frame_arrived.connect(self._on_run_frame_arrived)
        self.run.state_changed.connect(self._on_run_state_changed)
        self.run.notice_changed.connect(self._on_run_notice_changed)
        self.notes.try_requested.connect(self.try_claim)
        self.notes.check_requested.connect(self.check_claim)
        self.notes.check_all_requested.connect(self.check_all_claims)
        self.notes.cancel_requested.connect(lambda: self.bridge.client.send(CancelChecks()))
        self.bridge.checking.connect(self._on_bridge_checking)
        self.bridge.checked.connect(self._on_bridge_checked)

    # --- the run ----------------------------------------------------------------------------------------------
    def _on_controls_hyperparams_changed(self, hyperparams: Any) -> None:
        self.player.set_seed(hyperparams.seed)
        self.run.apply(hyperparams)

    def _on_controls_options_changed(self, _options: Any) -> None:
        self.show_frame()

    def _on_player_seed_changed(self, seed: int) -> None:
        self.controls.change("seed", seed)

    def _on_view_picked(self, pick: tuple[str, ...], x: float, y: float) -> None:
        fields = [hp.field_of(self.spec.hyperparams, name) for name in pick]
        if fields[0].kind == "text":
            values: dict[str, Any] = {pick[0]: f"{x:.6g},{y:.6g}"}
        else:
            values = {f.name: hp.nearest(f, v) for f, v in zip(fields, (x, y), strict=False)}
        text = _("Pick {names}").format(names=", ".join(f.label for f in fields))
        picked = hp.replace(self.controls.hyperparams, values)
        self.controls.apply(picked, text=text, goes_on=self.view.pick_goes_on)

    def _on_view_offer_accepted(self, offer: Offer) -> None:
        """Set what was found, as one thing to undo, and see it from the start."""
        self.controls.apply(hp.replace(self.controls.hyperparams, offer.values), text=offer.text)
        self.run.play(True)
        self.run.restart()

    def _on_run_frame_arrived(self, _frame: Any) -> None:
        self.pace.frame_arrived()
        self.show_frame()

    def show_frame(self) -> None:
        """Draw the frame that is shown with the present view options."""
        if self.run.frame is None:
            return
        self.view.show_figure(self.figure())
        self.comparison.refresh()
        self.figure_shown.emit()

    def figure(self) -> Figure:
        """What is shown, pinned runs included; there must be a frame."""
        return self.comparison.behind(self.spec.figure(self.run.frame, self.controls.options))

    def _on_run_state_changed(self) -> None:
        run, marks = self.run, run_marks(self.spec, self.run)
        step = run.shown.step if run.shown else 0
        self.player.set_playing(run.playing)
        self.refining.show_share(run.refined)
        if run.is_rewound:
            self.player.show_past(step, run.newest_step, marks)
        else:
            self.player.show_state(step, run.rate if run.playing else None, marks)

    def _on_player_rerun_requested(self) -> None:
        if self.run.shown:
            self.go_to(self.run.shown.step)

    def ask_step(self) -> None:
        """Let the user say where to go."""
        from explorer.ui.go_to_step import GoToStep  # late: the window is there at once

        GoToStep(self).open()

    def go_to(self, step: int) -> None:
        """Repeat the run up to a step, exactly; it goes on from there as another run."""
        self.run.go_to(step)
        self._show_settings(self.run.hyperparams, None, _("Go to step {step}").format(step=step))

    # --- messages ---------------------------------------------------------------------------------------------
    def _on_run_notice_changed(self, notice: Notice | None) -> None:
        if self.banner is not None:
            self.middle.removeWidget(self.banner)
            self.banner.hide()
            self.banner.deleteLater()
            self.banner = None
        if notice is None:
            return
        self.banner = Banner(notice.kind, notice.text)
        for remedy in notice.remedies:
            self.banner.add_button(REMEDIES[remedy], lambda _checked=False, r=remedy: self._apply_remedy(r))
        self.middle.insertWidget(0, self.banner)

    def _apply_remedy(self, remedy: Remedy) -> None:
        if remedy == "continue":
            self.run.play(True)
        elif remedy == "restart":
            self.run.play(True)
            self.run.restart()
        elif remedy == "lower_lr":
            self._lower_learning_rate()
        else:
            self._show_details()

    def _lower_learning_rate(self) -> None:
        """Begin again with a third of the learning rate."""
        field = hp.field_of(self.spec.hyperparams, "lr")
        lower = float(f"{hp.get(self.controls.hyperparams, 'lr') / 3:.1g}")
        self.controls.change("lr", max(lower, field.low))
        self._apply_remedy("restart")

    def _show_details(self) -> None:
        if self.run.notice is None:
            return
        box = QMessageBox(QMessageBox.Icon.Warning, _("Details"), self.run.notice.text, parent=self)
        box.setDetailedText(self.run.notice.details)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _figure_to_drag(self) -> QMimeData | None:
        from explorer.ui.files import figure_mime  # late: the window is there at once

        return figure_mime(self, self.view.canvas.style.palette.name, as_file=True)

    # --- sessions and claims ------------------------------------------------------------------------------------
    def session(self) -> Session:
        return self.run.session(self.controls.options)

    def restore(self, session: Session) -> None:
        """Bring back a session's settings and its step."""
        self._show_settings(session.current, session.view, _("Open session"))
        self.run.restore(session)

    def _show_settings(self, hyperparams: Any, options: Any, text: str) -> None:
        """Let the controls show what the run has already."""
        self.controls.blockSignals(True)
        self.controls.apply(hyperparams, options, text)
        self.controls.blockSignals(False)
        self.player.set_seed(hyperparams.seed)

    def try_claim(self, name: str) -> None:
        """Set the hyperparams that show a claim, let them run and judge it."""
        claim = next(c for c in self.spec.claims if c.name == name)
        hyperparams = hp.replace(self.spec.hyperparams(), claim.trials[0].hyperparams)
        self.controls.apply(hyperparams, None, _("Try claim {number}").format(number=claim.number))
        self.run.play(True)
        self.check_claim(name)

    def check_claim(self, name: str) -> None:
        self.bridge.client.send(Check(self.spec.name, name))
        self.notes.show_checking(name, 0.0)

    def check_all_claims(self) -> None:
        for claim in self.spec.claims:
            self.check_claim(claim.name)

    def _on_bridge_checking(self, message: Checking) -> None:
        if message.experiment == self.spec.name:
            self.notes.show_checking(message.claim, message.share)

    def _on_bridge_checked(self, message: Checked) -> None:
        if message.experiment == self.spec.name:
            self.notes.show_verdict(message.claim, message.verdict, message.error)

    def showEvent(self, event: Any) -> None:
        self.pace.forget()
        super().showEvent(event)
        QTimer.singleShot(0, lambda: self.run.set_visible(self.isVisible()))

    def hideEvent(self, event: Any) -> None:
        super().hideEvent(event)
        self.run.set_visible(False)

"""Buttons: the base of all that is painted and clicked, icon buttons, text buttons that look like links."""

from math import ceil

from PyQt6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QAction, QColor, QIcon, QKeySequence, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QAbstractButton, QToolButton, QWidget

from explorer.draw.fonts import font, metrics
from explorer.draw.palette import mix
from explorer.ui import theme
from explorer.ui.focus import has_ring, paint_ring, watch_keyboard_focus
from explorer.ui.icons import icon


class PaintedButton(QAbstractButton):
    """What chips, switches, segments, group headers and the play button share: hover, focus, antialiasing."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        watch_keyboard_focus(self)

    def painter(self) -> QPainter:
        """Return an antialiasing painter without a pen."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        return painter

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Painted by each kind of button."""
        raise NotImplementedError


class IconButton(QToolButton):
    """An icon on nothing, with a ground under the cursor and where it is checked."""

    def __init__(self, name: str, text: str, side: int = 32, size: int = 18) -> None:
        super().__init__()
        self.setIcon(icon(name))
        self.setIconSize(QSize(size, size))
        self.setFixedSize(side, side)
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        watch_keyboard_focus(self)

    def follow(self, action: QAction) -> None:
        """Become the button of an action: its icon, state and tooltip (with the shortcut)."""
        self.setDefaultAction(action)
        action.changed.connect(self._on_action_changed)
        self._on_action_changed()

    def _on_action_changed(self) -> None:
        action = self.defaultAction()
        assert action is not None
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        text = action.toolTip() or action.text()
        self.setToolTip(f"{text} ({keys})" if keys else text)
        self.setAccessibleName(text)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.isDown():
            painter.setBrush(QColor(palette.pressed))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(QColor(palette.hover))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        place = QRect(QPoint(), self.iconSize())
        place.moveCenter(self.rect().center())
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        on = self.isChecked() or (self.underMouse() and self.isEnabled())
        self.icon().paint(painter, place, mode=mode, state=QIcon.State.On if on else QIcon.State.Off)
        self._paint_count(painter)
        if has_ring(self):
            paint_ring(painter, QRectF(self.rect()), 6)
        painter.end()

    def _paint_count(self, painter: QPainter) -> None:
        """In the corner: the property `count` of the action, where it has one."""
        action, palette = self.defaultAction(), theme.current()
        count = action.property("count") if action else None
        if not count:
            return
        width = max(13.0, metrics(9, 600).horizontalAdvance(str(count)) + 6)
        place = QRectF(self.width() - width - 1, self.height() - 15, width, 13)
        painter.setPen(QPen(QColor(palette.window), 2))
        painter.setBrush(QColor(palette.ink))
        painter.drawRoundedRect(place, 6.5, 6.5)
        painter.setFont(font(9, 600))
        painter.setPen(QColor(palette.on_ink))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(count))


class LinkButton(PaintedButton):
    """Underlined words that do something."""

    def sizeHint(self) -> QSize:
        measure = metrics(11.5, 500)
        return QSize(ceil(measure.horizontalAdvance(self.text())) + 8, ceil(measure.height()) + 4)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, measure = self.painter(), metrics(11.5, 500)
        painter.setFont(font(11.5, 500))
        painter.setPen(theme.shade(self, theme.current().text))
        base = QPointF(4, 2 + measure.ascent())
        painter.drawText(base, self.text())
        y = round(base.y() + 2) + 0.5
        painter.drawLine(QPointF(4, y), QPointF(self.width() - 4, y))
        if has_ring(self):
            paint_ring(painter, QRectF(self.rect()), 4)
        painter.end()


class PlayButton(PaintedButton):
    """The ink disc: checked while it plays."""

    SIDE = 36

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFixedSize(self.SIDE, self.SIDE)

    def sizeHint(self) -> QSize:
        return QSize(self.SIDE, self.SIDE)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette = self.painter(), theme.current()
        disc = mix(palette.ink, palette.window, 0.14) if self.underMouse() else palette.ink
        painter.setBrush(theme.shade(self, disc))
        painter.drawEllipse(QRectF(1, 1, 34, 34))
        painter.setBrush(QColor(palette.on_ink))
        if self.isChecked():
            painter.drawRoundedRect(QRectF(12.5, 11, 4, 14), 1, 1)
            painter.drawRoundedRect(QRectF(19.5, 11, 4, 14), 1, 1)
        else:
            painter.drawPolygon(QPolygonF([QPointF(14, 10.5), QPointF(14, 25.5), QPointF(26, 18)]))
        if has_ring(self):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.on_ink), 1.5))
            painter.drawEllipse(QRectF(3.5, 3.5, 29, 29))
        painter.end()

"""A figure as SVG: text as text with its measured width (or as outlines), maps as embedded PNG, the session inside.

Qt's own generator leaks clips or has none, so the scene is painted into a paint engine of ours. Coordinates are baked
(no transforms), colours are attributes (no style sheet), elements that share a clip stand in one group: what other
programs open, edit and print alike.
"""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from PyQt6.QtCore import QBuffer, QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import (
    QBrush,
    QFont,
    QImage,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QPainterPath,
    QPen,
    QPixmap,
    QTextItem,
    QTransform,
)

from explorer import __version__
from explorer.core.figure import Figure
from explorer.core.session import Session, dumps
from explorer.export.look import Look, check_size
from explorer.export.picture import laid_out, paint
from explorer.export.read import SESSION_SPACE

FAMILIES = (
    "'Explorer Sans', Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'Nimbus Sans',"
    " 'DejaVu Sans Condensed', sans-serif"
)
"""Explorer Sans is Inter under another name; the rest is as wide and found on most computers."""
CAPS = {Qt.PenCapStyle.RoundCap: "round", Qt.PenCapStyle.SquareCap: "square"}
JOINS = {Qt.PenJoinStyle.BevelJoin: "bevel", Qt.PenJoinStyle.RoundJoin: "round"}
LETTERS = {
    QPainterPath.ElementType.MoveToElement: "M",
    QPainterPath.ElementType.LineToElement: "L",
    QPainterPath.ElementType.CurveToElement: "C",
    QPainterPath.ElementType.CurveToDataElement: " ",
}


def svg_bytes(figure: Figure, _frame: Any, session: Session, look: Look) -> bytes:
    """Contents of an SVG file that carries the session as metadata. Raises ValueError for a bad size."""
    check_size(look.size)
    with laid_out(figure, look) as scene:
        device = SvgDevice(scene.sceneRect(), look.outlines)
        paint(scene, device, scene.sceneRect())
        body = device.engine.finished()
    return "\n".join((*_head(figure, session, look), body, "</svg>\n")).encode()


def _head(figure: Figure, session: Session, look: Look) -> list[str]:
    """The root with its physical size, then what the picture is, in words and as a session."""
    width, height = (number(v) for v in look.units)
    inches = " ".join(f'{name}="{v:.6g}in"' for name, v in zip(("width", "height"), look.inches, strict=True))
    about = (f"{p.title}: {p.summary or p.quantity}" for p in figure.panels)
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img"'
        f' aria-labelledby="title desc" {inches} viewBox="0 0 {width} {height}" font-family={quoteattr(FAMILIES)}'
        ' xml:space="preserve">',
        f'<title id="title">{escape(figure.headline)}</title>',
        f'<desc id="desc">{escape(chr(10).join((*about, figure.settings)))}</desc>',
        f'<metadata><session xmlns="{SESSION_SPACE}" program="Explorer {__version__}">{escape(dumps(session))}'
        "</session></metadata>",
    ]


def number(value: float) -> str:
    """Two decimals at most: a hundredth of a unit is a thousandth of a line's width on paper."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class SvgDevice(QPaintDevice):
    """Something of the scene's size that a painter can be opened on."""

    def __init__(self, bounds: QRectF, outlines: bool) -> None:
        super().__init__()
        self.engine = SvgEngine(bounds, outlines)
        self._size = round(bounds.width()), round(bounds.height())

    def paintEngine(self) -> QPaintEngine:
        return self.engine

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        kind = QPaintDevice.PaintDeviceMetric
        if metric in (kind.PdmWidth, kind.PdmHeight):
            return self._size[metric == kind.PdmHeight]
        if metric in (kind.PdmDpiX, kind.PdmDpiY, kind.PdmPhysicalDpiX, kind.PdmPhysicalDpiY):
            return 96
        return super().metric(metric)


class SvgEngine(QPaintEngine):
    """Turns what is painted into elements, grouped by the clip that they share."""

    def __init__(self, bounds: QRectF, outlines: bool) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self._bounds, self._outlines = bounds, outlines
        self._pen, self._brush = QPen(Qt.PenStyle.NoPen), QBrush()
        self._transform, self._clip, self._clips = QTransform(), bounds, True
        self._stroke = self._fill = ""
        self._groups: list[tuple[str, list[str]]] = []
        self._clip_ids: dict[str, str] = {}

    def finished(self) -> str:
        """All elements, the clips before them."""
        clips = "".join(f'<clipPath id="{name}">{shape}</clipPath>' for shape, name in self._clip_ids.items())
        groups = (self._group(name, elements) for name, elements in self._groups)
        return "\n".join((*([f"<defs>{clips}</defs>"] if clips else []), *groups))

    @staticmethod
    def _group(clip: str, elements: list[str]) -> str:
        text = "\n".join(elements)
        return f'<g clip-path="url(#{clip})">\n{text}\n</g>' if clip else text

    # --- state ---------------------------------------------------------------------------------------------------
    def begin(self, _device: QPaintDevice | None) -> bool:
        return True

    def end(self) -> bool:
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, state: QPaintEngineState) -> None:
        dirty, flag = state.state(), QPaintEngine.DirtyFlag
        if dirty & flag.DirtyTransform:
            self._transform = state.transform()
        if dirty & flag.DirtyClipRegion:
            self._take_clip(state.clipOperation(), QRectF(state.clipRegion().boundingRect()))
        if dirty & flag.DirtyClipPath:
            self._take_clip(state.clipOperation(), state.clipPath().boundingRect())
        if dirty & flag.DirtyClipEnabled:
            self._clips = state.isClipEnabled()
        if dirty & flag.DirtyPen:
            self._pen = state.pen()
        if dirty & flag.DirtyBrush:
            self._brush = state.brush()
        if dirty & (flag.DirtyPen | flag.DirtyTransform):
            self._stroke = self._stroke_of(self._pen)
        if dirty & flag.DirtyBrush:
            self._fill = self._fill_of(self._brush)

    def _take_clip(self, operation: Qt.ClipOperation, rect: QRectF) -> None:
        """Whatever clips a figure is a rectangle."""
        if operation == Qt.ClipOperation.NoClip:
            self._clip = self._bounds
            return
        rect = self._transform.mapRect(rect)
        before = self._bounds if operation == Qt.ClipOperation.ReplaceClip else self._clip
        self._clip = before.intersected(rect)

    @property
    def _scale(self) -> float:
        return self._transform.m11()

    def _fill_of(self, brush: QBrush) -> str:
        if brush.style() == Qt.BrushStyle.NoBrush or brush.color().alpha() == 0:
            return ' fill="none"'
        return _ink("fill", brush)

    def _stroke_of(self, pen: QPen) -> str:
        if pen.style() == Qt.PenStyle.NoPen:
            return ""
        width = (pen.widthF() or 1.0) * self._scale
        parts = [_ink("stroke", pen.brush()), f' stroke-width="{number(width)}"']
        if cap := CAPS.get(pen.capStyle()):
            parts.append(f' stroke-linecap="{cap}"')
        if join := JOINS.get(pen.joinStyle()):
            parts.append(f' stroke-linejoin="{join}"')
        if pattern := pen.dashPattern():
            parts.append(f' stroke-dasharray="{" ".join(number(v * width) for v in pattern)}"')
        return "".join(parts)

    # --- elements ------------------------------------------------------------------------------------------------
    def _add(self, element: str) -> None:
        if self._clips and self._clip.isEmpty():
            return
        clip = self._clip_name()
        if not self._groups or self._groups[-1][0] != clip:
            self._groups.append((clip, []))
        self._groups[-1][1].append(element)

    def _clip_name(self) -> str:
        if not self._clips or self._clip.contains(self._bounds):
            return ""
        shape = f"<rect{_box(self._clip)}/>"
        return self._clip_ids.setdefault(shape, f"clip{len(self._clip_ids) + 1}")

    def _add_shape(self, shape: str, fill: str | None = None) -> None:
        fill = self._fill if fill is None else fill
        if self._stroke or fill != ' fill="none"':
            self._add(f"<{shape}{fill}{self._stroke}/>")

    def drawPath(self, path: QPainterPath) -> None:
        if path.isEmpty():
            return
        rule = ' fill-rule="evenodd"' if path.fillRule() == Qt.FillRule.OddEvenFill and "none" not in self._fill else ""
        self._add_shape(f'path d="{path_data(self._transform.map(path))}"{rule}')

    def drawPolygon(self, points: Any, mode: QPaintEngine.PolygonDrawMode) -> None:
        mapped = [self._transform.map(QPointF(p)) for p in points]
        lines = " ".join(f"{number(p.x())} {number(p.y())}" for p in mapped)
        is_open = mode == QPaintEngine.PolygonDrawMode.PolylineMode
        self._add_shape(f'path d="M{lines}{"" if is_open else "Z"}"', ' fill="none"' if is_open else None)

    def drawLines(self, lines: Any) -> None:
        for line in lines:
            ends = self._transform.map(QLineF(line))
            (x1, y1), (x2, y2) = ((number(p.x()), number(p.y())) for p in (ends.p1(), ends.p2()))
            self._add_shape(f'path d="M{x1} {y1}L{x2} {y2}"', ' fill="none"')

    def drawRects(self, rects: Any) -> None:
        for rect in rects:
            self._add_shape(f"rect{_box(self._transform.mapRect(QRectF(rect)))}")

    def drawEllipse(self, rect: Any) -> None:
        box = self._transform.mapRect(QRectF(rect))
        centre = f'cx="{number(box.center().x())}" cy="{number(box.center().y())}"'
        self._add_shape(f'ellipse {centre} rx="{number(box.width() / 2)}" ry="{number(box.height() / 2)}"')

    def drawPoints(self, points: Any) -> None:
        """Dots of a round pen: lines of no length."""
        mapped = (self._transform.map(QPointF(p)) for p in points)
        dots = "".join(f"M{number(p.x())} {number(p.y())}h0" for p in mapped)
        self._add_shape(f'path d="{dots}"', ' fill="none"')

    def drawTextItem(self, at: QPointF, item: QTextItem) -> None:
        text = item.text()
        if not text.strip():
            return
        if self._outlines:
            path = QPainterPath()
            path.addText(at, item.font(), text)
            self._add(f'<path d="{path_data(self._transform.map(path))}"{_ink("fill", self._pen.brush())}/>')
            return
        place = self._transform.map(at)
        attributes = (
            f' x="{number(place.x())}" y="{number(place.y())}"{_face(item.font(), self._scale)}'
            f'{_ink("fill", self._pen.brush())} textLength="{number(item.width() * self._scale)}"'
            ' lengthAdjust="spacingAndGlyphs"'
        )
        self._add(f"<text{attributes}>{escape(text)}</text>")

    def drawImage(
        self, target: QRectF, image: QImage, source: QRectF, _flags: Qt.ImageConversionFlag | None = None
    ) -> None:
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        image.copy(source.toRect()).save(buffer, "PNG")
        data = buffer.data().toBase64().data().decode()
        place = _box(self._transform.mapRect(target))
        self._add(
            f'<image{place} preserveAspectRatio="none" style="image-rendering:pixelated"'
            f' xlink:href="data:image/png;base64,{data}"/>'
        )

    def drawPixmap(self, target: QRectF, pixmap: QPixmap, source: QRectF) -> None:
        self.drawImage(target, pixmap.toImage(), source)


def path_data(path: QPainterPath) -> str:
    """What stands in a path's `d`; a subpath that ends where it began is closed."""
    steps: list[list[tuple[str, str]]] = []
    for i in range(path.elementCount()):
        element = path.elementAt(i)
        letter, place = LETTERS[element.type], f"{number(element.x)} {number(element.y)}"
        if letter == "M":
            steps.append([])
        steps[-1].append((letter, place))
    return "".join(map(_subpath_data, steps))


def _subpath_data(steps: list[tuple[str, str]]) -> str:
    """A letter is written where it changes: SVG repeats it of itself."""
    is_closed = len(steps) > 2 and steps[0][1] == steps[-1][1]
    if is_closed and steps[-1][0] == "L":
        steps = steps[:-1]
    parts, before = [], ""
    for letter, place in steps:
        parts.append(f"{' ' if letter == before else letter}{place}")
        before = before if letter == " " else letter
    return "".join(parts) + "Z" * is_closed


def _box(rect: QRectF) -> str:
    named = zip(("x", "y", "width", "height"), rect.getRect(), strict=True)
    return "".join(f' {name}="{number(value)}"' for name, value in named)


def _ink(name: str, brush: QBrush) -> str:
    colour = brush.color()
    opacity = f' {name}-opacity="{colour.alphaF():.3g}"' if colour.alpha() < 255 else ""
    return f' {name}="{colour.name()}"{opacity}'


def _face(font: QFont, scale: float) -> str:
    weight = f' font-weight="{font.weight()}"' if font.weight() != QFont.Weight.Normal else ""
    return f' font-size="{number(font.pixelSize() * scale)}"{weight}'

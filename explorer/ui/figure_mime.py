"""A figure for other programs: image, SVG, its session, and for a drag also a file. Drawn when somebody asks for it."""

import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QByteArray, QMetaType, QMimeData, QUrl

from explorer.core.figure import Figure
from explorer.core.session import Session, dumps
from explorer.export.look import Look
from explorer.export.picture import picture, png_bytes
from explorer.export.svg import svg_bytes

IMAGE, SVG, FILE = "application/x-qt-image", "image/svg+xml", "text/uri-list"
SESSION = "application/x-explorer-session+json"
_folder: tempfile.TemporaryDirectory[str] | None = None


class FigureMime(QMimeData):
    """`as_file`: offer a PNG file too, named after experiment and step; it is kept until the program ends."""

    def __init__(self, figure: Figure, session: Session, look: Look, as_file: bool = False) -> None:
        super().__init__()
        self.figure, self.session, self.look = figure, session, look
        self._kinds = [*([FILE] if as_file else []), IMAGE, SVG, SESSION]

    def formats(self) -> list[str]:
        return self._kinds

    def hasFormat(self, mimetype: str | None) -> bool:
        return mimetype in self._kinds

    def retrieveData(self, mimetype: str | None, preferredType: QMetaType) -> Any:
        if mimetype == IMAGE:
            return picture(self.figure, self.look)
        if mimetype == SVG:
            return QByteArray(svg_bytes(self.figure, None, self.session, self.look))
        if mimetype == SESSION:
            return QByteArray(dumps(self.session).encode())
        if mimetype == FILE and FILE in self._kinds:
            return [QUrl.fromLocalFile(str(self.file))]
        return super().retrieveData(mimetype, preferredType)

    @cached_property
    def file(self) -> Path:
        """The PNG, written when it is first asked for."""
        global _folder
        _folder = _folder or tempfile.TemporaryDirectory(prefix="explorer-")
        path = Path(_folder.name) / f"{self.session.experiment}-step-{self.session.step}.png"
        path.write_bytes(png_bytes(self.figure, None, self.session, self.look))
        return path

"""What comes back at the next start: window, theme, tab, every experiment's settings.

One JSON file, written atomically. A file that cannot be read is put aside under another name and reported; it never
stops a start.
"""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from explorer.core.checked_json import decoded, shown
from explorer.core.files import WriteError, make_folder, put_aside, write_atomically
from explorer.core.i18n import _

VERSION = 1
LARGEST = 5_000_000
"""Bytes; some thousand are usual."""
FASTEST = 1e9
"""Steps per second; a number beyond the floats is none."""


@dataclass
class Settings:
    """All that is remembered. Sessions are kept as JSON text and checked when they are applied."""

    version: int = VERSION
    geometry: str = ""
    """Qt's saveGeometry in base64."""
    theme: str = "system"
    tab: str = ""
    controls_shown: bool = True
    notes_shown: bool = False
    deck_shown: bool = False
    speed: float | None = 100.0
    """Steps per second; None is unlimited."""
    sessions: dict[str, str] = field(default_factory=dict)
    collapsed: dict[str, list[str]] = field(default_factory=dict)
    """Names of the collapsed groups of each experiment's control panel."""
    export: dict[str, Any] = field(default_factory=dict)
    """Last choices of the export dialog."""
    pins_folded: bool = False
    deck_export: dict[str, Any] = field(default_factory=dict)
    """Last choices of the dialog that exports a deck."""
    folder: str = ""
    """Where the last file was opened or saved."""


def settings_path() -> Path:
    return user_config_path("explorer", appauthor=False) / "settings.json"


def load(path: Path) -> tuple[Settings, str]:
    """Return the settings and a message ("" where all went well)."""
    try:
        return _checked(_read(path)), ""
    except FileNotFoundError:
        return Settings(), ""
    except (ValueError, OSError) as error:
        return Settings(), _put_aside(path, error)


def save(settings: Settings, path: Path) -> str:
    """Write the settings; return a message where that failed, as on a full disk."""
    try:
        make_folder(path.parent)
        write_atomically(path, json.dumps(asdict(settings), indent=1).encode())
    except WriteError as error:
        return _("The settings could not be kept: {error}").format(error=error)
    return ""


def _read(path: Path) -> Any:
    with path.open("rb") as file:
        found = decoded(file.read(LARGEST + 1), LARGEST)
    # What Qt cannot take (half characters) or could not be written again (infinity, as of 1e999) raises ValueError.
    json.dumps(found, allow_nan=False, ensure_ascii=False).encode()
    return found


def _checked(found: Any) -> Settings:
    if not isinstance(found, dict):
        raise ValueError(_("not an object"))
    if found.get("version") != VERSION:
        raise ValueError(_("version {version} is not known").format(version=shown(found.get("version"))))
    default = Settings()
    for f in fields(Settings):
        if f.name in found:
            _check_type(f.name, found[f.name], getattr(default, f.name))
    return Settings(**{f.name: found[f.name] for f in fields(Settings) if f.name in found})


def _check_type(name: str, value: Any, default: Any) -> None:
    if name == "speed":
        valid = value is None or (type(value) in (int, float) and 0 < value <= FASTEST)
    else:
        valid = type(value) is type(default)
    if name == "sessions":
        valid = valid and all(isinstance(v, str) for v in value.values())
    if name == "collapsed":
        valid = valid and all(isinstance(v, list) and all(isinstance(g, str) for g in v) for v in value.values())
    if not valid:
        raise ValueError(_("{name} is not as expected").format(name=name))


def _put_aside(path: Path, error: Exception) -> str:
    try:
        aside = put_aside(path)
    except OSError:
        return _("The settings in {path} cannot be read ({error}); started with defaults.").format(
            path=path, error=error
        )
    return _("The settings could not be read ({error}). They were put aside as {name}; started with defaults.").format(
        error=error, name=aside
    )

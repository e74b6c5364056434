"""How every widget looks: Fusion, one palette, a short style sheet. Painted widgets ask `current()` as they paint.

Setting another palette repaints every widget, so nothing needs to be told that the theme changed.
"""

from PyQt6.QtGui import QColor, QPalette
from PyQt6.QtWidgets import QApplication, QToolTip, QWidget

from explorer.draw.fonts import font
from explorer.draw.palette import LIGHT, Palette, mix

_current: Palette = LIGHT


def current() -> Palette:
    """Return the palette that the window wears now."""
    return _current


def apply_theme(app: QApplication, palette: Palette) -> None:
    """Dress the whole application."""
    global _current
    _current = palette
    app.setStyleSheet("")  # first: one in the place of another takes five times as long, for every widget is told
    app.setStyle("Fusion")
    app.setPalette(_qt_palette(palette))
    app.setFont(font(13))
    QToolTip.setFont(font(12))
    app.setStyleSheet(_style_sheet(palette))


def shade(widget: QWidget, colour: str) -> QColor:
    """Return the colour as this widget wears it: faded where its field does not matter now."""
    faded = widget.property("dimmed") or not widget.isEnabled()
    return QColor(mix(_current.window, colour, 0.45) if faded else colour)


def track_colour(palette: Palette) -> str:
    """Filled part of a slider and of the timeline."""
    return mix(palette.window, palette.ink, 0.72)


def _qt_palette(palette: Palette) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: palette.window,
        role.WindowText: palette.text,
        role.Base: palette.field,
        role.AlternateBase: palette.window,
        role.Text: palette.text,
        role.Button: palette.window,
        role.ButtonText: palette.text,
        role.Highlight: palette.ink,
        role.HighlightedText: palette.on_ink,
        role.ToolTipBase: palette.ink,
        role.ToolTipText: palette.on_ink,
        role.PlaceholderText: palette.muted,
        role.Link: palette.text,
        role.LinkVisited: palette.text,
        role.Light: palette.field,
        role.Mid: palette.border,
        role.Dark: palette.border,
    }
    made = QPalette()
    for which, colour in colours.items():
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(palette.faint))
    return made


def _style_sheet(palette: Palette) -> str:
    p = palette
    faded_text, faded_border = mix(p.window, p.text, 0.45), mix(p.window, p.hairline, 0.6)
    return f"""
    ControlPanel, DeckPanel, NotesPanel, PinList, Player, TopBar {{ background: {p.window}; }}
    ControlPanel {{ border-right: 1px solid {p.hairline}; }}
    NotesPanel {{ border-left: 1px solid {p.hairline}; }}
    DeckPanel, PinList, Player {{ border-top: 1px solid {p.hairline}; }}
    TopBar {{ border-bottom: 1px solid {p.hairline}; }}
    CodeView {{ background: {p.paper}; border: 1px solid {p.hairline}; border-radius: 6px; padding: 8px; }}
    QToolTip {{ background: {p.ink}; color: {p.on_ink}; border: 0; padding: 4px 6px; }}
    QScrollArea, #scrolled {{ border: 0; background: transparent; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {p.border}; border-radius: 3px; min-height: 24px;
        margin: 2px 2px 2px 2px; }}
    QScrollBar::handle:vertical:hover {{ background: {p.faint}; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle:horizontal {{ background: {p.border}; border-radius: 3px; min-width: 24px;
        margin: 2px 2px 2px 2px; }}
    QScrollBar::handle:horizontal:hover {{ background: {p.faint}; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        height: 0; width: 0; background: none; }}
    QLineEdit {{ background: {p.field}; border: 1px solid {p.hairline}; border-radius: 5px; padding: 0 6px;
        min-height: 22px; selection-background-color: {p.ink}; selection-color: {p.on_ink}; }}
    QLineEdit:hover {{ border-color: {p.border}; }}
    QLineEdit:focus {{ border-color: {p.ink}; }}
    QLineEdit[dimmed="true"] {{ color: {faded_text}; background: transparent; border-color: {faded_border}; }}
    QLineEdit[mistaken="true"] {{ color: {p.text}; background: {p.error_ground}; border-color: {p.error}; }}
    QLabel[tone="muted"] {{ color: {p.muted}; }}
    QLabel[tone="error"] {{ color: {p.error}; }}
    QPushButton {{ background: {p.field}; border: 1px solid {p.border}; border-radius: 6px; padding: 0 10px;
        min-height: 24px; }}
    QPushButton:hover {{ background: {p.hover}; }}
    QPushButton:pressed {{ background: {p.pressed}; }}
    QPushButton:focus, QPushButton:default {{ border: 2px solid {p.ink}; padding: 0 9px; min-height: 22px; }}
    QPushButton:disabled {{ color: {p.faint}; border-color: {p.hairline}; }}
    QMenu {{ background: {p.field}; border: 1px solid {p.border}; padding: 4px; }}
    QMenu::item {{ padding: 5px 22px 5px 10px; border-radius: 4px; }}
    QMenu::icon {{ padding-left: 6px; }}
    QMenu::item:selected {{ background: {p.pressed}; color: {p.text}; }}
    QMenu::item:disabled {{ color: {p.faint}; }}
    QMenu::separator {{ height: 1px; background: {p.border}; margin: 4px 2px; }}
    AboutBox QListWidget {{ background: transparent; outline: 0; }}
    AboutBox QListWidget::item {{ padding: 3px 8px; border-radius: 4px; }}
    AboutBox QListWidget::item:hover {{ background: {p.hover}; }}
    AboutBox QListWidget::item:selected {{ background: {p.pressed}; color: {p.text}; }}
    #find {{ background: {p.field}; border: 1px solid {p.border}; border-radius: 8px; }}
    #find QLineEdit {{ background: transparent; border: 0; min-height: 32px; }}
    #find QListView {{ background: transparent; border: 0; outline: 0; }}
    QComboBox {{ combobox-popup: 0; }}
    QComboBox QAbstractItemView {{ background: {p.field}; border: 1px solid {p.border}; outline: 0; padding: 3px;
        selection-background-color: {p.pressed}; selection-color: {p.text}; }}
    QComboBox QAbstractItemView::item {{ min-height: 24px; padding: 0 6px; }}
    """

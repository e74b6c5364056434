"""Notes of experiments, as text."""

from explorer.core import notes


def test_sections_of_notes():
    found = notes.sections("before\n## What you see\n\nA *b*.\n\n## Next\nend\n")
    assert [(heading, body.strip()) for heading, body in found] == [("What you see", "A *b*."), ("Next", "end")]


def test_notes_fall_back_to_english(tmp_path, monkeypatch):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "x.en.md").write_text("## See\nα", encoding="utf8")
    (tmp_path / "notes" / "y.de.md").write_text("## Sehen\nβ", encoding="utf8")
    (tmp_path / "notes" / "y.en.md").write_text("## See\nβ", encoding="utf8")
    monkeypatch.setattr(notes, "RESOURCES", tmp_path)
    monkeypatch.setattr(notes, "LANGUAGE", "de")
    assert notes.notes_of("x")[0][0] == "See"
    assert notes.notes_of("y")[0][0] == "Sehen"
    assert notes.notes_of("z") == []


def test_plain_text_keeps_paragraphs_and_products():
    text = "\nA *b*\nand **c d** < 2 * 3 * 4.\n\n- one\n- two\n  lines\n\n"
    assert notes.plain(text) == "A b and c d < 2 * 3 * 4.\n- one\n- two lines"

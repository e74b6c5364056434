"""Sessions out of every kind of file that carries one."""

import io
import struct
import zipfile
import zlib

import pytest

from explorer.core.session import LARGEST, Session, SessionError, dumps
from explorer.export.read import PNG, read_session
from explorer.registry import EXPERIMENTS

SPEC = EXPERIMENTS["activations"]
SESSION = Session(SPEC.name, SPEC.hyperparams(lr=3e-4, expression="x · x"), SPEC.view_options(), 12)
TEXT = dumps(SESSION).encode()


def png(*chunks):
    parts = [PNG]
    for kind, data in chunks:
        parts.append(struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data)))
    return b"".join(parts)


def archive(files):
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w") as packed:
            for name, contents in files.items():
                packed.writestr(name, contents)
        return file.getvalue()


NO_SESSION = "this presentation carries no session"
KEY = b"explorer-session\0"
LATIN = dumps(Session(SPEC.name, SPEC.hyperparams(lr=3e-4), SPEC.view_options(), 12))


@pytest.mark.parametrize(
    "chunk",
    [
        (b"tEXt", KEY + LATIN.encode("latin-1")),
        (b"zTXt", KEY + b"\0" + zlib.compress(LATIN.encode("latin-1"))),
        (b"iTXt", KEY + b"\0\0\0\0" + TEXT),
        (b"iTXt", KEY + b"\1\0en\0Sitzung\0" + zlib.compress(TEXT)),
    ],
    ids=["tEXt", "zTXt", "iTXt", "iTXt compressed"],
)
def test_a_png_carries_its_session(tmp_path, chunk):
    path = tmp_path / "a.png"
    path.write_bytes(png((b"IHDR", b"\0" * 13), (b"tEXt", b"Title\0other"), chunk, (b"IEND", b"")))
    assert read_session(path) in (SESSION, Session(SPEC.name, SPEC.hyperparams(lr=3e-4), SPEC.view_options(), 12))


def test_a_pdf_carries_its_session(tmp_path):
    from pypdf import PdfWriter

    path = tmp_path / "a.pdf"
    with PdfWriter() as writer:
        writer.add_blank_page(100, 100)
        writer.add_attachment("session.json", TEXT)
        writer.write(path)
    assert read_session(path) == SESSION


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_a_table_carries_its_session(tmp_path, separator, mark):
    quoted = '"' + TEXT.decode().replace('"', '""') + '"'
    rows = (
        ["panel", "series", "x", "y", "session"],
        ["loss", "relu", "1", "2", quoted],
        ["loss", "relu", "2", "3", ""],
    )
    path = tmp_path / "a.csv"
    path.write_text(mark + "\n".join(separator.join(row) for row in rows), encoding="utf8")
    assert read_session(path) == SESSION


def test_a_session_file(tmp_path):
    (tmp_path / "a.json").write_bytes(TEXT)
    assert read_session(tmp_path / "a.json") == SESSION


@pytest.mark.parametrize(
    ("contents", "why"),
    [
        (png((b"IEND", b"")), "this picture carries no session"),
        (png((b"zTXt", KEY + b"\0broken")), "the session in this picture is broken"),
        (png((b"zTXt", KEY + b"\0" + zlib.compress(TEXT)[:-9])), "the session in this picture is broken"),
        (png((b"zTXt", KEY + b"\0" + zlib.compress(b" " * (LARGEST + 1)))), "the session in this picture is broken"),
        (png((b"iTXt", KEY)), "the session in this picture is broken"),
        (PNG + b"\xff\xff\xff\xfftEXt", "this picture carries no session"),
        (b"%PDF-1.7\nrubbish", "this PDF is broken"),
        (b"panel,series,x,y\nloss,relu,1,2\n", "this table carries no session"),
        (b"panel,series,x,y,session\n", "this table carries no session"),
        (b'panel"', "this table carries no session"),
        (b"panel,series,x,y,session\nloss,relu,1,2,{\n", "it is not JSON (line 1, column 2)"),
        (b"<svg><", "this SVG is broken"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "this SVG carries no session"),
        (b"BM8", "it is not JSON (line 1, column 1)"),
        (b"GIF89a", "this movie carries no session"),
        (b"GIF89a" + b"\0" * 7 + b"!\xfe\x02ab", "it is not JSON (line 1, column 1)"),
        (b"PK\3\4rubbish", "this presentation is broken"),
        (archive({"ppt/presentation.xml": "<p/>"}), NO_SESSION),
        (
            archive({"customXml/item1.xml": "<other/>", "customXml/item2.xml": "<"}),
            NO_SESSION,
        ),
        (b"\0\0\0\x18ftypmp42rubbish", "this movie is broken"),
        (b" " * (LARGEST + 1), "it is larger than 50 MB"),
    ],
)
def test_what_cannot_be_opened_is_said_with_the_name_of_the_file(tmp_path, contents, why):
    path = tmp_path / "a"
    path.write_bytes(contents)
    with pytest.raises(SessionError) as error:
        read_session(path)
    assert str(error.value) == f"{path} cannot be opened: {why}"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SessionError, match=r"nothing\.png cannot be opened: No such file or directory$"):
        read_session(tmp_path / "nothing.png")

"""Encodings of text files."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from service.interchange.tables.encoding import find_encoding
from service.interchange.tables.limits import TableRefused

GERMAN = "Datum;Sprecher;Text\n" + "13.10.2024;Müller;Größere Verluste südlich der Stadt\n" * 5
POLISH = "Data;Kto\n" + "13.10.2024;Łukasz Wąsik, który był też ministrem, żołnierz\n" * 5
RUSSIAN = "Дата;Кто;Что\n" + "13.10.2024;Герасимов;Освобождена вся область, сообщил он\n" * 5


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        (GERMAN, "utf-8", "utf-8"),
        (GERMAN, "utf-8-sig", "utf-8-sig"),
        (GERMAN, "utf-16", "utf-16"),
        (GERMAN, "utf-16-le", "utf-16-le"),
        (RUSSIAN, "utf-16-le", "utf-16-le"),
        (RUSSIAN, "utf-16-be", "utf-16-be"),
        ("日期,谁\n今天,他说\n", "utf-16-le", "utf-16-le"),
        (GERMAN, "latin-1", "cp1252"),
        (GERMAN + "„ja“ – 5 €\n", "cp1252", "cp1252"),
        (RUSSIAN, "cp1251", "cp1251"),
        (POLISH, "cp1250", "cp1250"),
    ],
)
def test_the_encoding_is_found_and_said(
    tmp_path: Path, text: str, written: str, found: str
) -> None:
    """The text comes back letter for letter, and what was not plain UTF-8 is said."""
    path = tmp_path / "rows.csv"
    path.write_bytes(text.encode(written))
    encoding = find_encoding(path, None)
    assert encoding.codec == found
    assert path.read_text(encoding=encoding.codec) == text
    assert (encoding.note is None) == (written == "utf-8")


def test_a_stated_encoding_counts_but_for_a_mark(tmp_path: Path) -> None:
    """What the mapping names is believed; a mark at the beginning is stronger; a name that does not
    exist, or is no encoding of text, is refused."""
    path = tmp_path / "rows.csv"
    path.write_bytes(GERMAN.encode("latin-1"))
    assert find_encoding(path, "ISO-8859-1").codec == "iso8859-1"
    path.write_bytes(GERMAN.encode("utf-8-sig"))
    assert find_encoding(path, "ISO-8859-1").codec == "utf-8-sig"
    path.write_bytes(b"a")
    for name in ("klingon", "zip"):
        with pytest.raises(TableRefused, match="utf-8 or windows-1252"):
            find_encoding(path, name)


def test_a_wrong_byte_late_in_the_file_is_seen(tmp_path: Path) -> None:
    """A file is UTF-8 only if all of it is."""
    path = tmp_path / "rows.csv"
    path.write_bytes(b"plain\n" * 400_000 + GERMAN.encode("latin-1"))
    assert find_encoding(path, None).codec == "cp1252"


@pytest.mark.parametrize(
    ("utf8", "latin", "name", "said"),
    [
        (["Müller", "Жуков", "Č"], ["Müller"], "utf-8", "refused"),
        (["Müller"], ["Mädchen"], "utf-8", "refused"),
        (["Müller"], ["Mädchen", "Größe"], "cp1252", "line 2 is utf-8"),
    ],
)
def test_a_file_in_two_encodings_is_said_to_be(
    tmp_path: Path, utf8: list[str], latin: list[str], name: str, said: str
) -> None:
    """Where at least half of the lines with letters beyond ASCII are UTF-8, the file is, and the
    others are refused; else the first line that is UTF-8 is named."""
    path = tmp_path / "rows.csv"
    lines = [line.encode() for line in ["who", *utf8]]
    path.write_bytes(b"\n".join([*lines, *(line.encode("latin-1") for line in latin)]) + b"\n")
    found = find_encoding(path, None)
    assert found.name == name
    assert said in str(found.note)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes of any program become no statements; a zero byte in a row does not make a file that."""
    path = tmp_path / "rows.csv"
    path.write_bytes(random.Random(1).randbytes(3_000))
    with pytest.raises(TableRefused, match="no text"):
        find_encoding(path, None)
    path.write_bytes(b"a,b\nc,d and more of it\0\n")
    assert find_encoding(path, None).codec == "utf-8"

"""Files of every form as tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.interchange.tables.dialect import Dialect
from service.interchange.tables.limits import TableRefused
from service.interchange.tables.look import form_of
from service.interchange.tables.table import open_table


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.csv", b"a,b\n", "csv"),
        ("a.tsv", b"a\tb\n", "tsv"),
        ("a.dat", b"a;b\n", "csv"),
        ("a.json", b'{"a": 1}', "json"),
        ("a.json", b'{"a": 1}\n{"a": 2}\n', "jsonl"),
        ("a.jsonl", b'{"a": 1}\n', "jsonl"),
        ("a.ndjson", b'{"a": 1}\n', "jsonl"),
        ("a", b'\xef\xbb\xbf[{"a": 1}]', "json"),
        ("a", b'{"a": 1}\n{"a": 2}\n', "jsonl"),
        ("a.csv", b"{a},b\n", "csv"),
        ("a.bin", b"PK\x03\x04...", "xlsx"),
    ],
)
def test_the_form_of_a_file_is_seen(tmp_path: Path, name: str, content: bytes, form: str) -> None:
    """What it begins with counts before the end of its name."""
    path = tmp_path / name
    path.write_bytes(content)
    assert form_of(path) == form


def test_an_ordinary_spreadsheet_is_read_with_what_was_found_out(tmp_path: Path) -> None:
    """Title, semicolons, Latin-1 and empty columns are no obstacle, and are said."""
    path = tmp_path / "a.csv"
    path.write_bytes(
        "Verluste 2024;;;\n;;;\nDatum;Wer;;Zahl\n13.10.2024;Müller;;1,5\n".encode("latin-1")
    )
    with open_table(path, Dialect()) as table:
        (row,) = table.rows
    assert dict(row.cells) == {"Datum": "13.10.2024", "Wer": "Müller", "Zahl": "1,5"}
    facts = table.facts
    assert (facts.encoding, facts.delimiter, facts.header_line) == ("cp1252", ";", 3)
    assert facts.columns == ["Datum", "Wer", "Zahl"]
    assert len(facts.notes) == 2


def test_objects_have_their_columns_one_by_one(tmp_path: Path) -> None:
    """A file of objects is a table too; a column in every object makes a table too wide."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n{"b": {"c": 2}}\n')
    with open_table(path, Dialect()) as table:
        assert table.facts.columns == ["a", "b.c"]
        assert [dict(row.cells) for row in table.rows] == [{"a": "1"}, {"b.c": "2"}]
    path.write_text("".join(f'{{"k{n}": 1}}\n' for n in range(300)))
    with open_table(path, Dialect()) as table, pytest.raises(TableRefused, match="256 columns"):
        list(table.rows)


@pytest.mark.parametrize(
    ("dialect", "words"),
    [
        (Dialect(format="pdf"), "no format 'pdf'"),
        (Dialect(delimiter=";;"), "delimiter or the quote"),
        (Dialect(quote="xx"), "delimiter or the quote"),
    ],
)
def test_a_dialect_that_cannot_be_is_refused(tmp_path: Path, dialect: Dialect, words: str) -> None:
    """The mapping says something of its file that no file has."""
    path = tmp_path / "a.csv"
    path.write_text("a;b\n1;2\n")
    with pytest.raises(TableRefused, match=words), open_table(path, dialect) as table:
        list(table.rows)


def test_an_empty_file_and_a_huge_one_are_refused(tmp_path: Path) -> None:
    """Both before anything is read."""
    path = tmp_path / "a.csv"
    path.touch()
    with pytest.raises(TableRefused, match="empty"), open_table(path, Dialect()):
        pass
    with path.open("wb") as file:
        file.truncate((1 << 30) + 1)
    with pytest.raises(TableRefused, match="1 GiB"), open_table(path, Dialect()):
        pass

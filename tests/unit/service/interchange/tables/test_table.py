"""Files of every form as tables."""

from __future__ import annotations

import bz2
import gzip
import json
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


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a workbook of the old form"),
        (b"%PDF-1.4\n%\xe2\xe3\n1 0 obj\n", "a PDF document"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), "packed by gzip. Unpack it"),
        (bz2.compress(b"a,b\n1,2\n"), "packed by bzip2. Unpack it"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "git lfs pull"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "a picture"),
        (b"\n<!DOCTYPE html>\n<title>Sign in</title>", "a web page"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html>', "a web page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<rss version="2.0">', "an RSS feed"),
        (b'<?xml version="1.0"?><records/>', "XML, and no Atom feed"),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.json"])
def test_what_people_mistake_for_a_table_is_refused_by_its_name(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    """A page to sign in on, a packed file or a picture is never read as signs without sense,
    however it is called, and the message says what to do."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(TableRefused, match=words), open_table(path, Dialect()):
        pass


def test_each_feature_of_a_map_is_a_row(tmp_path: Path) -> None:
    """GeoJSON is JSON under a name of its own, also where all of it stands on one line."""
    path = tmp_path / "a.geojson"
    point = '{"type": "Feature", "geometry": {"coordinates": [30.5, 50.4]}, "properties": {"n": 1}}'
    path.write_text(f'{{"type": "FeatureCollection", "features": [{point}, {point}]}}')
    with open_table(path, Dialect()) as table:
        cells = [row.cells for row in table.rows]
    assert [row["geometry.coordinates"] for row in cells] == [("30.5", "50.4")] * 2


def test_cells_may_begin_with_markup(tmp_path: Path) -> None:
    """A table of texts of HTML is a table."""
    path = tmp_path / "a.csv"
    path.write_text("<b>Who</b>,What\nA,<p>x</p>\n")
    with open_table(path, Dialect()) as table:
        assert [row.cells["What"] for row in table.rows] == ["<p>x</p>"]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
@pytest.mark.parametrize(
    ("written", "stated"),
    [("utf-16", None), ("utf-16-be", None), ("cp1252", None), ("cp1251", "cp1251")],
)
def test_objects_are_read_in_whatever_they_are_written(
    tmp_path: Path, name: str, written: str, stated: str | None
) -> None:
    """What the mapping states counts, and else it is found out and said."""
    text = "Грозный" if written == "cp1251" else "Größe"
    rows = [json.dumps({"a": f"{text} {n}"}, ensure_ascii=False) for n in range(2)]
    path = tmp_path / name
    whole = "\n".join(rows) if name == "a.jsonl" else f"[{','.join(rows)}]"
    path.write_bytes(whole.encode(written))
    with open_table(path, Dialect(encoding=stated)) as table:
        assert [row.cells["a"] for row in table.rows] == [f"{text} 0", f"{text} 1"]
        assert table.facts.encoding == written or (written, stated) == ("cp1252", None)
        assert (not table.facts.notes) == (stated is not None)


def test_a_text_that_ends_within_a_character_is_refused(tmp_path: Path) -> None:
    """As a download does that was cut off, in an encoding of which each character has two bytes."""
    path = tmp_path / "a.json"
    path.write_bytes('[{"a": "x"}, {"a": "x"}]'.encode("utf-16")[:-1])
    with (
        pytest.raises(TableRefused, match=r"not all utf-16.*Save it as UTF-8"),
        open_table(path, Dialect()) as table,
    ):
        list(table.rows)


@pytest.mark.parametrize(
    ("document", "property_", "texts"),
    [
        ({"data": [{"a": 1}], "items": [{"a": 2}] * 3}, None, ["'items' (3 rows)"]),
        (
            {"meta": {"tags": ["x"]}, "rows": [{"a": 1}], "z": {"other": [{"a": [{}]}], "no": [1]}},
            None,
            ["'z.other' (1 row)"],
        ),
        ({"a": {"rows": [{"a": 1}], "more": [{}]}}, None, ["'a.more' (1 row)"]),
        ({"data": [{"a": 1}], "items": [{"a": 2}]}, "items", []),
        ({"data": [{"a": [{"b": 1}]}], "items": [], "of": {"a": {}}}, None, []),
        ([{"a": 1}], None, []),
    ],
)
def test_further_lists_of_a_document_are_named(
    tmp_path: Path, document: object, property_: str | None, texts: list[str]
) -> None:
    """They would be lost in silence, and may be those that were meant."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    with open_table(path, Dialect(property=property_)) as table:
        assert len([*table.rows]) == 1
    notes = table.facts.notes
    assert len(notes) == len(texts)
    assert all(
        text in note and "`property`" in note for text, note in zip(texts, notes, strict=True)
    )


def test_what_cannot_be_read_behind_the_rows_does_not_refuse_them(tmp_path: Path) -> None:
    """As far as it can be read, its lists are named."""
    path = tmp_path / "a.json"
    path.write_text('{"rows": [{"a": 1}], "more": [{"a": 2}, {"a": 3,}]}')
    with open_table(path, Dialect()) as table:
        assert [row.cells["a"] for row in table.rows] == ["1"]
    assert "'more' (2 rows)" in table.facts.notes[0]

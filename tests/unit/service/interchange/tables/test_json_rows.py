"""JSON and JSON Lines."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.interchange.tables.documents.json_lines import json_line_row, json_line_rows
from service.interchange.tables.documents.json_rows import json_rows
from service.interchange.tables.limits import MOST_OF_ROW, BoundedJson, TableRefused
from service.interchange.tables.row import cells_of

HUGE = "…".encode()
"""Stands for 100 MB, which only the test that writes them has in memory."""


def written(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "rows.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_what_an_object_nests_has_columns_of_its_own() -> None:
    """Members of members are joined by dots; lists stay lists, those of objects one for each
    member; a number keeps its digits."""
    item = {
        "said": {"by": "KCNA", "on": None},
        "tags": ["a", "b"],
        "via": [{"actor": "x", "role": "agency"}, {"actor": "y"}],
        "n": 3,
        "yes": True,
        "mixed": ["a", {"b": 1}],
        "none": [],
    }
    assert cells_of(item) == {
        "said.by": "KCNA",
        "said.on": "",
        "tags": ("a", "b"),
        "via.actor": ("x", "y"),
        "via.role": ("agency", ""),
        "n": "3",
        "yes": "true",
        "mixed": ("a", '{"b":1}'),
        "none": (),
    }


@pytest.mark.parametrize(
    ("document", "property_", "rows"),
    [
        ([{"a": 1}, {"a": 2.50}], None, ["1", "2.5"]),
        ({"title": {"x": 1}, "tags": ["y"], "events": [{"a": 1}, {"a": 2}]}, None, ["1", "2"]),
        ({"one": [{"b": 1}], "two": {"rows": [{"a": 7}]}}, "two.rows", ["7"]),
        ({"a": "alone"}, None, ["alone"]),
        ([], None, []),
        ([], "events", []),
        ({"title": "x", "events": []}, "events", []),
        ({"a": {"rows": []}}, "a.rows", []),
    ],
)
def test_the_rows_of_a_document_are_found(
    tmp_path: Path, document: Any, property_: str | None, rows: list[str]
) -> None:
    """They are the array, the member that is named, the first array of objects, or the document."""
    found = json_rows(written(tmp_path, document), property_)
    assert [row.cells["a"] for row in found] == rows


def test_a_number_keeps_its_digits(tmp_path: Path) -> None:
    """Nothing is rounded on its way through a float."""
    path = written(tmp_path, b'\xef\xbb\xbf[{"a": 0.10, "b": 123456789012345678901234567890}]')
    assert next(json_rows(path)).cells == {"a": "0.10", "b": "123456789012345678901234567890"}
    lines = written(tmp_path, b'\xef\xbb\xbf{"a": 0.10}\n\n{"a": 1}\n')
    assert [(r.line, r.cells["a"]) for r in json_line_rows(lines)] == [(1, "0.10"), (3, "1")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'[{"a": "' + HUGE + b'"}]', "more than"),
        (b'[{"a": "' + b'\\"' * 2_000_000 + b'"}]', "more than"),
        (b"[" * 3_000_000, "nests more than"),
        (b'[{"a": 1', r"not JSON: premature EOF\. Mend it"),
        (b'{"a": \xff}', "not JSON"),
        (b'[{"a": 1}, {"b": 2,}]', r"near .*\"b\": 2,.*Mend it"),
    ],
    ids=["cell-of-100-mb", "escapes", "nesting", "cut-off", "bytes", "comma"],
)
def test_a_document_that_lies_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    """An object without an end is not kept in memory, and what is no JSON says so."""
    with pytest.raises(TableRefused, match=words):
        list(json_rows(written(tmp_path, content.replace(HUGE, b"x" * 100_000_000))))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (b"9" * 1_000_000, "more than 4,000 digits.*quotes"),
        (b"9" * 4_001, "more than 4,000 digits.*quotes"),
        (b"1e9999999999999999999999", "exponent.*quotes"),
    ],
)
def test_a_number_that_the_reader_cannot_take_is_refused(
    tmp_path: Path, number: bytes, words: str
) -> None:
    """A million digits ended the process that read them."""
    with pytest.raises(TableRefused, match=words):
        list(json_rows(written(tmp_path, b'[{"a": %b}]' % number)))


def test_a_number_takes_no_more_room_than_its_text(tmp_path: Path) -> None:
    """An exponent is not written out as millions of zeros, and digits are as many as there are."""
    content = b'[{"a": 1e999999999, "b": 1e-999999999, "c": 1.5e3, "d": %b}]' % (b"7" * 4_000)
    [row] = json_rows(written(tmp_path, content))
    assert row.cells["a"] == "1E+999999999"
    assert row.cells["b"] == "1E-999999999"
    assert row.cells["c"] == "1500"
    assert row.cells["d"] == "7" * 4_000


_NO_NUMBERS = b'{"a": NaN, "b": [-Infinity,Infinity], "c": "say NaN, \\"NaN\\" or\\\\", "d": NaN}'


def test_what_is_no_number_is_a_text(tmp_path: Path) -> None:
    """Programs write NaN and Infinity, which are no JSON: the cell says so, and whether its row is
    refused is up to the mapping. Within a text nothing changes."""
    cells = {"a": "NaN", "b": ("-Infinity", "Infinity"), "c": 'say NaN, "NaN" or\\', "d": "NaN"}
    assert json_line_row(1, _NO_NUMBERS).cells == cells
    [row] = json_rows(written(tmp_path, b"[%b]" % _NO_NUMBERS))
    assert row.cells == cells


@given(st.integers(1, 40), st.text('aN"\\é ', max_size=30))
def test_it_does_not_matter_where_a_document_is_cut_into_chunks(size: int, text: str) -> None:
    """A word or an escape may go on in the next chunk."""
    document = b'[{"t": %b, "n": NaN, "i": -Infinity, "u": "NaN"}]' % json.dumps(text).encode()
    file = BoundedJson(io.BytesIO(document), "An object")
    chunks = list[bytes]()
    while chunk := file.read(size):
        chunks.append(chunk)
        file.took()
    expected = {"t": text, "n": "NaN", "i": "-Infinity", "u": "NaN"}
    assert json.loads(b"".join(chunks)) == [expected]


@pytest.mark.parametrize("word", [b"NaNa", b"nan", b"xNaN", b"1.NaN", b"Infinity2"])
def test_other_words_are_no_json(tmp_path: Path, word: bytes) -> None:
    """Only the words that programs write are passed over."""
    with pytest.raises(TableRefused, match="not JSON"):
        list(json_rows(written(tmp_path, b'[{"a": %b}]' % word)))


@pytest.mark.parametrize(
    ("content", "property_", "broken"),
    [
        (b'[{"a": 1}, 2, {"a": 3}, ["x"], null]', None, {2: "2", 4: '["x"]', 5: "null"}),
        (b'["x", {"a": 1}]', None, {1: '"x"'}),
        (b'{"tags": ["x"], "rows": [1, {"a": 2}]}', "rows", {1: "1"}),
        (b'{"tags": ["x"], "rows": [{"a": 2}, 1]}', None, {2: "1"}),
    ],
)
def test_what_is_no_object_is_a_broken_row(
    tmp_path: Path, content: bytes, property_: str | None, broken: dict[int, str]
) -> None:
    """What else stands among the objects does not stop them."""
    rows = list(json_rows(written(tmp_path, content), property_))
    assert {row.line: row.broken.text for row in rows if row.broken} == broken
    assert all(row.cells for row in rows if row.line not in broken)


def test_a_line_that_is_no_object_is_a_broken_row(tmp_path: Path) -> None:
    """What is no JSON, no text or nested without end does not stop the lines around it."""
    wrong = [b"{nope}", b'{"a": "\xff"}', b"7", b"[" * 100_000]
    good = '{"b": "ö", "a": 1}\n{"b": "ö", "a": 2}'.encode().split(b"\n")
    path = written(tmp_path, b"\n".join([good[0], *wrong, good[1]]))
    rows = list(json_line_rows(path))
    assert [row.line for row in rows if row.broken] == [2, 3, 4, 5]
    assert [row.cells["a"] for row in rows if not row.broken] == ["1", "2"]


def test_a_line_that_is_too_long_is_refused_with_its_number(tmp_path: Path) -> None:
    """It is not read whole to see what it says."""
    path = written(tmp_path, b'{"a": 1}\n' + b"x" * (MOST_OF_ROW + 5) + b"\n")
    with pytest.raises(TableRefused, match="at most") as caught:
        list(json_line_rows(path))
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ('{"a": 1, "a": 2}', "a"),
        ('{"a": {"b": 1, "c": 2, "b": 3}}', "b"),
        ('{"a": [{"b": 1, "b": 1}]}', "b"),
        (r'{"a\\": 1, "x": "\":", "a\\": NaN}', "a\\"),
    ],
)
def test_a_name_that_stands_twice_loses_no_value_unseen(
    tmp_path: Path, row: str, name: str
) -> None:
    """JSON does not say which of the two values counts: the row is refused, in a document and on a
    line, and the others are read."""
    good = '{"a": 1, "b": {"a": 2}, "c": ["\\": x"]}'
    lines = [*json_line_rows(written(tmp_path, f"{good}\n{row}\n{good}\n".encode()))]
    document = [*json_rows(written(tmp_path, f"[{good}, {row}, {good}]".encode()))]
    for rows in (lines, document):
        assert [each.broken is None for each in rows] == [True, False, True]
        assert rows[1].broken is not None
        assert rows[1].broken.reason == f"The object has {name!r} twice."
    assert lines[1].broken is not None
    assert lines[1].broken.text == row

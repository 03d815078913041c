"""Files of statements, in the forms and encodings that people have them in."""

from __future__ import annotations

import codecs
import json
from typing import Any

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from service.cli.failure import WRONG_USE, Failure
from service.cli.statements.refusal import FAULTS, LINE, RefusedRow
from service.cli.statements.statement_file import StatementRow, batches, read_statements
from tests.rows import each_row

values = st.one_of(
    st.none(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.lists(st.text(max_size=3), max_size=2),
)
objects = st.lists(st.dictionaries(st.text(max_size=5), values, max_size=3), min_size=1, max_size=6)


def rows_of(content: bytes, timeline: str = "kursk") -> list[StatementRow]:
    rows = read_statements(content, timeline)
    assert all(isinstance(row, StatementRow) for row in rows), rows
    return [row for row in rows if isinstance(row, StatementRow)]


def refusals_of(content: bytes) -> list[RefusedRow]:
    return [row for row in read_statements(content, "kursk") if isinstance(row, RefusedRow)]


def without_id(body: bytes) -> Any:
    return {name: value for name, value in json.loads(body).items() if name != "id"}


@given(objects)
@example([{LINE: None}])
def test_array_and_lines_are_the_same_statements(items: list[dict[str, Any]]) -> None:
    """The same objects with the same ids come out of an array, laid out or not, and of lines; but
    for what a refused row has beside its statement."""
    array = msgspec.json.encode(items)
    lines = b"\n".join(msgspec.json.encode(item) for item in items)
    forms = (array, msgspec.json.format(array), lines, b"\n" + lines + b"\r\n\n")
    found = [rows_of(content) for content in forms]
    for rows in found:
        assert [without_id(row.body) for row in rows] == [
            {name: value for name, value in item.items() if name not in ("id", LINE, FAULTS)}
            for item in items
        ]
    assert len({tuple(row.id for row in rows) for rows in found}) == 1


@given(objects, st.integers(0, 3))
def test_a_row_of_an_array_is_at_the_line_where_it_begins(
    items: list[dict[str, Any]], blank: int
) -> None:
    """However the array is laid out, and whatever stands in its texts."""
    text = b"\n" * blank + msgspec.json.format(msgspec.json.encode(items))
    lines = text.split(b"\n")
    for row in rows_of(text):
        assert lines[row.line - 1].lstrip().startswith(b"{")
    numbers = [row.line for row in rows_of(text)]
    assert numbers == sorted(set(numbers))


@given(objects)
def test_ids_follow_from_content_and_count(items: list[dict[str, Any]]) -> None:
    """Every row has an id of its own, the same at every reading; a longer file changes none; a row
    with an id keeps it; another timeline has others."""
    items = [{name: value for name, value in item.items() if name != "id"} for item in items] * 2
    content = b"\n".join(msgspec.json.encode(item) for item in items)
    ids = [row.id for row in rows_of(content)]
    assert len(set(ids)) == len(items)
    assert [row.id for row in rows_of(content + b'\n{"more": 1}')][:-1] == ids
    assert [row.id for row in rows_of(b'{"id": "own"}\n' + content)] == ["own", *ids]
    assert not {row.id for row in rows_of(content, "other")} & set(ids)
    assert [json.loads(row.body)["id"] for row in rows_of(content)] == ids


def test_the_order_of_members_makes_no_other_row() -> None:
    """Equal rows are recognized by what they say, an id of null included, not by how it is
    written."""
    content = b'{"a": 1, "b": 2}\n{ "b":2, "a":1 }\n{"a":1,"b":2,"id":null}'
    first, second, third = (row.id for row in rows_of(content))
    assert rows_of(b'{"a":1,"b":2}')[0].id == first
    assert len({first, second, third}) == 3
    assert json.loads(rows_of(content)[2].body)["id"] == third


def test_an_id_that_was_given_once_is_given_for_ever() -> None:
    """What an earlier release recorded is found again by this one: the ids are pinned here."""
    ids = [row.id for row in rows_of(b'{"text":"It rained."}\n{"text":"It rained."}')]
    assert ids == [
        "81d499b8-1139-5812-8375-d4d9cc93f0fe",
        "0be291af-140d-522e-87f1-bb14212df7a2",
    ]


def test_one_object_may_be_laid_out_over_lines() -> None:
    """A single statement in the form that people write is one statement."""
    (row,) = rows_of(b'\n{\n "id": "x"\n}\n')
    assert (row.line, row.id, row.body) == (2, "x", b'{\n "id": "x"\n}')


def test_bytes_stay_as_they_are() -> None:
    """Numbers and letters are sent as written: nothing is read and written again."""
    (row,) = rows_of(b'{"a": 1.00000000000000000001e0, "b": "\\u00e9"}')
    assert row.body.startswith(b'{"a": 1.00000000000000000001e0, "b": "\\u00e9"')


@each_row(
    ("content", "place"),
    [
        (b"", "Give statements"),
        (b"  \n", "Give statements"),
        (codecs.BOM_UTF8, "Give statements"),
        (b"[]", "empty"),
        (b"nonsense", "line 1"),
        (b"a,b\n1,2\n", "line 2"),
        (b"[1]", "line 1"),
        (b'[\n{"a": 1},\n{"a": }\n]', "line 3"),
        (b'[\n{"a": 1},\n{"a": 2}', "line 3"),
        (b"7", "line 1"),
        (b"\x89PNG\r\n\x1a\n", "line 1"),
        (codecs.BOM_UTF16_LE + b"{", "UTF-16"),
        (b"[" * 100_000, "deep"),
    ],
)
def test_what_holds_no_statement_at_all_is_wrong_use(content: bytes, place: str) -> None:
    """Nothing is sent of a file that is something else, and the sentence says where it is wrong."""
    try:
        found = read_statements(content, "kursk")
    except Failure as failure:
        assert failure.code == WRONG_USE
        assert place in " ".join(failure.details)
    else:
        assert all(isinstance(row, RefusedRow) for row in found)
        assert place in str(found[0])


@each_row(
    ("content", "line", "said"),
    [
        (b'{}\n{"a": }\n{}', 2, "JSON"),
        (b'{}\n\n"a"\n{}', 3, "object"),
        (b"[{},\n 1, {}]", 2, "object"),
        (b'{}\n{"a": "caf\xe9"}\n{}', 2, "byte 11 is 0xE9"),
        (b'[{},\n{"a": "caf\xe9"},\n{}]', 2, "UTF-8"),
        (b'{}\n{"a": "\\ud800"}\n{}', 2, "JSON"),
        (b"{}\n" + b'{"a":' * 100_000 + b"\n{}", 2, "deep"),
    ],
)
def test_a_wrong_row_is_reported_by_its_line_and_hides_no_other(
    content: bytes, line: int, said: str
) -> None:
    """Those before and behind it are read, and the fault says what is wrong with it."""
    rows = read_statements(content, "kursk")
    assert [type(row) for row in rows] == [StatementRow, RefusedRow, StatementRow]
    [refusal] = refusals_of(content)
    assert refusal.line == line
    assert said in str(refusal)


@each_row("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_mark_names_the_encoding(encoding: str) -> None:
    """What editors and shells of other systems write is read, and its mark is no content."""
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE,
            "utf-32-le": codecs.BOM_UTF32_LE, "utf-32-be": codecs.BOM_UTF32_BE}  # fmt: skip
    text = '{"a": "Łódź 😀"}\r\n{"a": "b"}\r\n'
    rows = rows_of(mark.get(encoding, b"") + text.encode(encoding))
    assert [without_id(row.body) for row in rows] == [{"a": "Łódź 😀"}, {"a": "b"}]


@given(objects)
def test_a_refused_row_that_is_written_down_is_the_row_again(items: list[dict[str, Any]]) -> None:
    """`--refused` keeps each row whole, on one line, with its line and faults; read again it has
    neither, and the id that it had."""
    items = [{n: v for n, v in item.items() if n not in (LINE, FAULTS)} for item in items]
    for content in (msgspec.json.encode(items), msgspec.json.format(msgspec.json.encode(items))):
        rows = rows_of(content)
        written = [RefusedRow(row.line, (), row.written).as_line() for row in rows]
        assert all(b"\n" not in line for line in written)
        assert [json.loads(line)[LINE] for line in written] == [row.line for row in rows]
        again = rows_of(b"\n".join(written))
        assert [json.loads(row.body) for row in again] == [json.loads(row.body) for row in rows]


@each_row("written", [b'{"a":', b"caf\xe9", b'{"a": "\xe9"}', b"[1]", b"7"])
def test_what_is_no_row_is_kept_as_text(written: bytes) -> None:
    """What is not JSON, or not UTF-8, is kept as far as JSON can hold it."""
    kept = json.loads(RefusedRow(3, (), written).as_line())
    assert kept == {"_text": written.decode(errors="backslashreplace"), LINE: 3, FAULTS: []}


@given(st.binary(max_size=60))
def test_no_content_is_a_traceback(content: bytes) -> None:
    """Whatever the bytes, they are rows, refusals or wrong use."""
    try:
        read_statements(content, "kursk")
    except Failure as failure:
        assert failure.code == WRONG_USE


@given(st.lists(st.integers(0, 300_000), max_size=30))
def test_batches_hold_everything_in_order_and_fit(sizes: list[int]) -> None:
    """Nothing is lost or moved, and a batch of more than one stays below what a server takes."""
    rows = [StatementRow(i, str(i), bytes(size), b"") for i, size in enumerate(sizes)]
    parts = list(batches(rows))
    assert [row for part in parts for row in part] == rows
    assert all(len(part) == 1 or sum(len(row.body) for row in part) <= 1_000_000 for part in parts)


def test_a_batch_has_five_hundred_at_most() -> None:
    """Many small statements are parted by number."""
    assert [len(part) for part in batches([StatementRow(1, "", b"{}", b"{}")] * 1_001)] == [
        500,
        500,
        1,
    ]

"""Imports to a target in memory: what bad rows do to the others, and to what was there."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from service.cli.interchange.import_view import ImportView
from service.interchange.imports.import_file import ImportFile
from service.interchange.imports.target import CommandOutcome
from service.interchange.mappings.mapping import mapping_of
from service.messages.imports import ImportReport
from tests.unit.service.interchange.imports.importing_desk import GOOD, STATEMENT, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _counts(report: ImportReport) -> tuple[int, int, int]:
    return report.new, report.refused, report.missing


@pytest.mark.parametrize(
    ("name", "content", "broken"),
    [
        ("rows.jsonl", "\n".join([GOOD % "a", "{nope}", "7", GOOD % "b"]), ["{nope}", "7"]),
        ("rows.jsonl", "\n".join(["no JSON", GOOD % "a", GOOD % "b"]), ["no JSON"]),
        ("rows.json", f"[{GOOD % 'a'}, 7, {GOOD % 'b'}]", ["7"]),
    ],
)
async def test_a_row_that_cannot_be_read_is_refused_and_the_rest_recorded(
    desk: Desk, name: str, content: str, broken: list[str]
) -> None:
    """It has its line, reason and advice; its text is in the file of refused rows, and is imported
    from there once it is mended."""
    report = await desk.bring(content, name)
    assert _counts(report) == (2, len(broken), 0)
    assert sum(reason.rows for reason in report.reasons) == len(broken)
    assert all(reason.line and reason.reason and reason.advice for reason in report.reasons)
    assert [row["_raw"] for row in desk.refused_rows] == broken
    mended = desk.refused.getvalue().replace(broken[0], (GOOD % "c").replace('"', '""'), 1)
    mended = mended.replace('{""', '"{""', 1).replace('""}', '""}"', 1)
    again = await desk.bring(mended, "refused.csv")
    assert (again.new, again.refused) == (1, len(broken) - 1)
    assert [*desk.target.held] == ["rows.a", "rows.b", "rows.c"]


async def test_a_row_of_sums_is_refused_as_one(desk: Desk) -> None:
    """Its cells are in the file of refused rows; unchanged, it is refused again."""
    statement = {"kind": {"value": "report"}, "said": {}, "text": {"template": "{Ref}: {n}"}}
    content = "Ref,What,n\na,It rained.,1\nb,It snowed.,2\nTotal,,3\n"
    report = await desk.bring(content, statement=statement)
    assert (report.new, report.refused) == (2, 1)
    assert "sum of others" in report.reasons[0].reason
    [refused] = desk.refused_rows
    assert (refused["Ref"], refused["n"]) == ("Total", "3")
    again = await desk.bring(desk.refused.getvalue(), "refused.csv", statement=statement)
    assert (again.new, again.refused) == (0, 1)


async def test_a_refused_object_with_a_member_of_its_own_is_kept_whole(desk: Desk) -> None:
    """What the first hundred objects had not stands in no column of the file of refused rows, and
    yet is not lost when the row is mended there."""
    rows = [GOOD % n for n in range(100)]
    odd = '{"Ref": "z", "What": "", "When": "2024-10-13", "Late": {"a": ["x", "y"]}}'
    report = await desk.bring("\n".join([*rows, odd]), "rows.jsonl")
    assert _counts(report) == (100, 1, 0)
    (refused,) = desk.refused_rows
    assert refused["Ref"] == ""
    mended = {"Ref": "z", "What": "", "When": "2024-10-13", "Late.a": ["x", "y"]}
    assert msgspec.json.decode(refused["_raw"]) == mended
    late = {"tags": {"column": "Late.a"}}
    content = desk.refused.getvalue().replace('""What"":""""', '""What"":""It snowed.""')
    again = await desk.bring(content, "refused.csv", statement=STATEMENT | late)
    assert _counts(again) == (1, 0, 0)
    assert desk.target.held["rows.z"]["tags"] == ["x", "y"]


async def test_what_was_found_out_for_a_guess_is_said_with_what_is_found_out_again(
    desk: Desk,
) -> None:
    """The guessed mapping states the encoding, so that nothing is found out the second time."""
    path = desk.write("Ref,What,When\na,It rained.,2024\n".encode("utf-8-sig"))
    found = (
        "The encoding was found: cp1252.",
        "The file begins with the byte-order mark of utf-8.",
    )
    file = ImportFile(path, desk.mapping(), notes=found)
    report = await desk.run_of(file).run(dry_run=False)
    assert report.file is not None
    assert sorted(report.file.notes) == sorted(found)


async def test_columns_of_the_mapping_that_no_object_has_are_said(desk: Desk) -> None:
    """Objects have no header that could be checked before; a member that only the last one has is
    there."""
    last = '{"Ref": "b", "What": "It snowed.", "When": "2024", "Who": "A"}'
    said = {"by": {"column": "Who"}, "on": {"column": "Wehn"}}
    statement = STATEMENT | {"said": said}
    report = await desk.bring(f"{GOOD % 'a'}\n{last}", "rows.jsonl", statement=statement)
    assert report.file is not None
    assert report.file.notes == [
        "No row of the file has these columns, which the mapping names: Wehn."
    ]


async def test_a_row_in_another_encoding_is_refused_and_the_rest_recorded(desk: Desk) -> None:
    """One row that somebody pasted does not change how the others are read."""
    rows = ["Ref,What,When", "a,Müller,2024", "b,Ćwikła,2024"]
    content = "\n".join(rows).encode() + b"\nc,M\xfcller,2024\n"
    report = await desk.bring(content)
    assert _counts(report) == (2, 1, 0)
    assert "0xFC" in report.reasons[0].reason
    assert desk.target.held["rows.a"]["text"] == "Müller"
    assert desk.refused_rows[0]["What"] == "M\ufffdller"


async def test_a_line_of_ours_that_cannot_be_read_is_refused_and_the_rest_recorded(
    desk: Desk,
) -> None:
    """Among commands, even on the first line; it can be mended in the file of refused rows."""
    said = '"kind": "claim", "text": "x", "said": {"by": null, "on": null}'
    good = [f'{{"statement": {{"id": "{name}", {said}}}}}' for name in "abc"]
    report = await desk.bring("\n".join(["nope", good[0], "[" * 60_000, good[1]]), "c.ndjson")
    assert _counts(report) == (2, 2, 0)
    assert [row["_line"] for row in desk.refused_rows] == ["1", "3"]
    cell = '"{}"'.format(good[2].replace('"', '""'))
    again = await desk.bring(desk.refused.getvalue().replace("nope", cell, 1), "refused.csv")
    assert (again.new, again.refused) == (1, 1)
    assert [*desk.target.held] == ["a", "b", "c"]


@pytest.mark.parametrize(("count", "asked"), [(2, ["statements/s0", "statements/s1"]), (60, [])])
async def test_a_few_events_ask_for_what_they_are_about(
    desk: Desk, count: int, asked: list[str]
) -> None:
    """Not for all of a timeline that may have a million others; what is there is passed over."""
    said = {"kind": "claim", "text": "x", "said": {"by": None, "on": None}}
    header = {"timeline": "t", "revision": 2, "type": "statement.recorded", "version": 2}
    lines = [
        json.dumps(header | {"subject": f"statements/s{n}", "digest": "", "data": said})
        for n in range(count)
    ]
    desk.target.events = [lines[1].encode()]
    report = await desk.bring("\n".join(lines), "e.ndjson")
    assert desk.target.asked == asked
    assert (report.new, report.same) == (count - 1, 1)


async def test_arrays_of_large_lines_are_small_enough_for_a_body(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service takes a body of 16 MiB, and five hundred lines may have half a gibibyte."""
    sizes: list[int] = []
    carry_out = desk.target.carry_out

    async def weighed(
        commands: Sequence[Any], *, dry_run: bool, key: str | None = None
    ) -> list[CommandOutcome]:
        sizes.append(len(msgspec.json.encode(commands)))
        return await carry_out(commands, dry_run=dry_run, key=key)

    monkeypatch.setattr(desk.target, "carry_out", weighed)
    extra = {f"c{n}": "x" * 2_000 for n in range(60)}
    said = {"kind": "claim", "text": "x", "said": {"by": None, "on": None}, "extra": extra}
    lines = [json.dumps({"statement": {"id": f"s{n}", **said}}) for n in range(100)]
    report = await desk.bring("\n".join(lines), "c.ndjson")
    assert (report.new, len(desk.target.held)) == (100, 100)
    assert len(sizes) == 3
    assert max(sizes) < 5 << 20


@pytest.mark.parametrize("delimiter", [",", ";"])
async def test_refused_lines_come_back_from_a_spreadsheet_program(
    desk: Desk, delimiter: str
) -> None:
    """Which puts a mark before them, and where a comma is in numbers another delimiter."""
    line = (
        '{"statement": {"id": "a", "kind": "claim", "text": "x", "said": {"by": "A", "on": null}}}'
    )
    again = io.StringIO(newline="")
    rows = [["_raw", "_line", "_column", "_reason"], [line, "3", "", "It was wrong."]]
    csv.writer(again, delimiter=delimiter).writerows(rows)
    report = await desk.bring(f"\ufeff{again.getvalue()}", "refused.csv")
    assert (report.new, report.refused) == (1, 0)


@pytest.mark.parametrize(
    ("name", "title", "wanted"),
    [
        ("a\u202eb", None, "ab"),
        (" \n", None, "Imported"),
        ("x", "A \u200btitle", "A title"),
        ("x", "\u200b", "rows"),
    ],
)
def test_a_timeline_is_titled_by_what_a_title_may_be(
    desk: Desk, name: str, title: str | None, wanted: str
) -> None:
    """A file or mapping may be called what no title can be; the dry run opens no timeline, and
    would not have told."""
    path = Path(f"{name}.atom")
    if title is None:
        assert ImportFile(path, "atom").title == wanted
        return
    named = mapping_of({**desk.mapping().descriptor, "title": title})
    assert ImportFile(path, named).title == wanted


async def test_a_record_is_called_one(desk: Desk) -> None:
    """Where the records of a file are no lines, messages count these, and the report says so."""
    other = GOOD.replace("It rained.", "It snowed.") % "a"
    for name, unit, content in (
        ("r.json", "record", f"[{GOOD % 'a'},\n\n{other}]"),
        ("r.jsonl", "line", f"{GOOD % 'a'}\n\n{other}"),
    ):
        desk.target.held.clear()
        report = await desk.bring(content, name)
        assert report.file is not None
        assert report.file.counts == unit
        [reason] = report.reasons
        assert (reason.line, reason.column) == (2 if unit == "record" else 3, "Ref")
        assert f"It is in {unit} 1:" in reason.advice
        shown = "\n".join(str(part) for part in ImportView(report).parts())
        assert f"first on {unit} {reason.line}, Ref" in shown

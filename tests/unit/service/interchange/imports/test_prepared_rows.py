"""Rows of one file that have the same key, or nearly the same."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from service.interchange.imports import prepared_rows
from service.messages.imports import ImportReport
from tests.unit.service.interchange.imports.importing_desk import STATEMENT, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _counts(report: ImportReport) -> tuple[int, int, int]:
    return report.new, report.refused, report.missing


_COMPOSED, _DECOMPOSED = "Zapori\u017ei", "Zaporiz\u030ci"


async def test_keys_that_look_the_same_are_one(desk: Desk) -> None:
    """Of two rows whose keys differ only in how their letters are composed, the second is refused,
    with the line of the first; saved in the other form, the file changes nothing."""
    row = "Ref,What,When\n{},It rained.,2024\n"
    report = await desk.bring(row.format(_COMPOSED) + f"{_DECOMPOSED},It snowed.,2024\n", "r.csv")
    assert _counts(report) == (1, 1, 0)
    [reason] = report.reasons
    assert "Unicode NFC and NFD" in reason.reason
    assert (reason.line, reason.column) == (3, "Ref")
    assert "line 2" in reason.advice
    assert "line 2" in desk.refused_rows[0]["_reason"]
    again = await desk.bring(row.format(_DECOMPOSED), "r.csv")
    assert (again.new, again.same, again.missing) == (0, 1, 0)


async def test_keys_that_differ_in_their_spaces_are_told(desk: Desk) -> None:
    """Around a key they do not count: a row that says the same is the same, and of another one the
    refusal says how it is written. Within a key they do, and the dry run warns of it."""
    rows = ["a 1,It rained.", " a 1 ,It rained.", "a 1 ,Other.", "b,It snowed.", "a  1,It rained."]
    report = await desk.bring("Ref,What,When\n" + "".join(f"{row},2024\n" for row in rows))
    assert (report.new, report.same, report.refused) == (3, 1, 1)
    [reason] = report.reasons
    assert (reason.line, "with other spaces around it" in reason.reason) == (4, True)
    [warning] = report.warnings
    assert (warning.line, warning.value) == (6, "a  1")
    assert "only in its spaces" in warning.reason
    assert "It is in line 2" in warning.advice


async def test_rows_that_are_the_same_but_for_their_form_are_one(desk: Desk) -> None:
    """An equal row with the same key counts as the same, as any second one does. One that says
    something else under the same key as it is written is refused without a word about forms."""
    row = "{},In {}.,2024\n"
    both = [row.format(name, name) for name in (_COMPOSED, _DECOMPOSED)]
    report = await desk.bring("Ref,What,When\n" + "".join(both), "r.csv")
    assert (report.new, report.same, report.refused) == (1, 1, 0)
    report = await desk.bring(f"Ref,What,When\n{both[1]}{_DECOMPOSED},Other.,2024\n", "r.csv")
    [reason] = report.reasons
    assert "NF" not in reason.reason


async def test_a_row_that_names_its_speaker_again_is_the_same(desk: Desk) -> None:
    """Who said it does not count among the others, so the rows make the same statement."""
    said = {"by": {"column": "Who"}, "with": {"column": "With"}}
    rows = "Ref,What,Who,With\na,It rained.,KCNA,\na,It rained.,KCNA,KCNA\n"
    report = await desk.bring(rows, "r.csv", statement=STATEMENT | {"said": said})
    assert (report.new, report.same, report.refused) == (1, 1, 0)


def test_no_batch_is_empty_or_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """However large rows are, each batch has one at least, and all are in their order."""
    monkeypatch.setattr(prepared_rows, "_MOST_BYTES", 100)
    monkeypatch.setattr(prepared_rows, "_MOST_ROWS", 3)
    sizes = [200, 10, 10, 10, 10, 80, 10, 300, 5]
    rows: list[Any] = [
        SimpleNamespace(composed=SimpleNamespace(statement={"text": "x" * size})) for size in sizes
    ]
    batches = [
        [len(row.composed.statement["text"]) for row in batch]
        for batch in prepared_rows.batches_of(rows)
    ]
    assert batches == [[200], [10, 10, 10], [10], [80], [10], [300], [5]]

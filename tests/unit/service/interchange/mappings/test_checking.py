"""Rules of statements, and the columns that are to blame."""

from __future__ import annotations

import pytest

from events.errors import Fault
from events.statement.shape import QUOTED
from events.statement.wording import LINK
from service.interchange.mappings.checking import blamed, faults_of_row
from service.interchange.mappings.composer import Composer
from service.interchange.tables.row import TableRow
from tests.unit.service.interchange.mappings.mapping_texts import mapping, minimal


def test_each_fault_names_the_column_that_it_comes_from() -> None:
    """A wrong value, a wrong shape, a part of a list and a missing text each name their column;
    what no column gives has its pointer."""
    statement = minimal(
        kind={"column": "Kind"},
        said={"by": {"column": "Who"}},
        quantities=[
            {"what": {"value": "x"}, "low": {"column": "N"}, "unit": {"value": "y"}},
        ],
        language={"column": "L"},
    )
    cells = {"Kind": "rumour", "Who": "a\u200bb", "N": "many", "L": "not a language"}
    found = Composer(mapping(statement)).compose(TableRow(2, cells))
    faults = faults_of_row(found.statement, found.trail)
    assert {(fault.column, fault.value) for fault in faults} == {
        ("Kind", "rumour"),
        ("Who", "a\u200bb"),
        ("N", "many"),
        ("Text", ""),
        ("L", "not a language"),
    }
    assert all(fault.reason and fault.advice for fault in faults)
    assert ["clean" in fault.advice for fault in faults if fault.column == "Who"] == [True]


def test_what_is_no_link_is_told_what_a_link_needs() -> None:
    """An address without a scheme is mended by hand; several are cut by the mapping."""
    statement = minimal(sources=[{"url": {"column": "U"}}])
    for text in ("example.org/a", "https://a.example/1 https://a.example/2"):
        found = Composer(mapping(statement)).compose(TableRow(2, {"Text": "x", "U": text}))
        (fault,) = faults_of_row(found.statement, found.trail)
        assert (fault.column, fault.value) == ("U", text)
        assert "http://" in fault.advice
        assert "`split`" in fault.advice


def test_what_is_no_number_is_reported_how_a_mapping_reads_it() -> None:
    """Signs between thousands and remarks behind a number are read by a mapping that says so."""
    number = {"what": {"value": "acres"}, "best": {"column": "N"}, "unit": {"value": "acre"}}
    for text in ("1,193.91", "4193 (water)"):
        found = Composer(mapping(minimal(quantities=[number]))).compose(
            TableRow(2, {"Text": "x", "N": text})
        )
        (fault,) = faults_of_row(found.statement, found.trail)
        assert (fault.column, fault.value) == ("N", text)
        assert "groupChar" in fault.advice
        assert "`split`" in fault.advice


def test_the_same_reason_in_many_rows_is_one() -> None:
    """A service puts the value into the message of a fault; here it stands beside the reason."""
    composer = Composer(mapping(minimal(sources=[{"url": {"column": "U"}}])))
    reasons = set()
    for text in ("example.org/a", "example.org/b"):
        found = composer.compose(TableRow(2, {"Text": "x", "U": text}))
        answered = Fault("/sources/0/url", f"{LINK.rule}{QUOTED}{text!r}.")
        (fault,) = blamed([answered], found.statement, found.trail)
        assert fault.value == text
        reasons.add((fault.reason, fault.advice))
    assert len(reasons) == 1


@pytest.mark.parametrize(
    ("texts", "reason", "advice"),
    [
        (["x" * 5_001, "y" * 6_000], "Text is 1 to 5,000 characters.", "Mend the cell"),
        (["a\x00", "bc\x00"], "U+0000 is not allowed.", "Here it is character 2. "),
    ],
)
def test_a_reason_has_nothing_of_one_row_alone(texts: list[str], reason: str, advice: str) -> None:
    """How long a text is and where its character stands differ in each row, and would make a reason
    of each."""
    composer = Composer(mapping(minimal()))
    found = [composer.compose(TableRow(2, {"Text": text})) for text in texts]
    first, second = (faults_of_row(each.statement, each.trail)[0] for each in found)
    assert (first.reason, second.reason) == (reason, reason)
    assert first.advice.startswith(advice)


def test_a_statement_that_the_rules_accept_has_none() -> None:
    """What can be recorded is not refused before."""
    found = Composer(mapping(minimal())).compose(TableRow(2, {"Text": "It rained"}))
    assert faults_of_row(found.statement, found.trail) == []

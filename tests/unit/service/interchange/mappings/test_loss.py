"""The loss report."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.interchange.mappings.cautions import SWAPPED, cautions_of
from service.interchange.mappings.checking import faults_of_row
from service.interchange.mappings.composer import Composer
from service.interchange.mappings.evaluation import RowFault
from service.interchange.mappings.loss import LossAccount
from service.interchange.tables.row import TableRow
from service.messages.imports import LossExample
from tests.unit.service.interchange.mappings.mapping_texts import CLAIMS, mapping, minimal

COLUMNS = ["What", "Ref", "Who", "When", "date_prec", "Against", "Q", "Tags", "H", "Notes", "Other"]


def account(statement: dict[str, Any], *rows: dict[str, str], **schema: Any) -> LossAccount:
    made = mapping(statement, **schema)
    found, composer = LossAccount(made), Composer(made)
    for line, cells in enumerate(rows, start=2):
        row = TableRow(line, cells)
        found.accept(row, composer.compose(row))
    return found


@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=8)), max_size=5))
def test_every_cell_that_is_not_empty_is_counted_once(rows: list[dict[str, str]]) -> None:
    """Mapped, rewritten, dropped and ignored together are the cells of a column."""
    found = account(CLAIMS, *rows, primaryKey="Ref", ignore=["Notes"])
    for name, loss in found.columns.items():
        cells = [row[name] for row in rows if row.get(name, "").strip()]
        assert loss.mapped + loss.rewritten + loss.dropped + loss.ignored == len(cells)
        assert len(loss.examples) <= 3


def test_a_cell_of_which_each_part_is_used_is_mapped() -> None:
    """The two numbers of a point are all of it; one of them alone is a part, as is the first of
    several names."""
    parts = [{"column": "Point", "split": ",", "take": n} for n in (1, 2)]
    place = {"name": {"value": "A"}, "latitude": parts[0], "longitude": parts[1]}
    row = {"Text": "x", "Point": "51.5, -0.12"}
    assert account(minimal(places=[place]), row).columns["Point"].mapped == 1
    del place["longitude"]
    assert account(minimal(places=[place]), row).columns["Point"].rewritten == 1


def test_an_example_shows_where_the_texts_part() -> None:
    """Else a name that was cut at its end would look as it did before."""
    name = "a" * 199 + "bcd"
    found = account(minimal(said={"by": {"column": "Who", "clean": True}}), {"Who": name})
    (example,) = found.columns["Who"].examples
    assert (example.value, example.became) == ("…" + name[-17:], "…" + name[-17:-2])


def test_each_cell_counts_as_what_became_of_it() -> None:
    """A date is mapped, a cleaned name, a slug and an else are rewritten, what belongs to an item
    that was left out is dropped, and so is a column that nobody reads."""
    row = {"What": "x", "Ref": "1", "Who": "a\tb", "When": "1.2.2024", "From": "2024"}
    row |= {"date_prec": "4", "Q": "more", "Tags": "A b", "Notes": "n", "Other": "o"}
    found = account(CLAIMS, row, primaryKey="Ref", ignore=["Notes"]).columns
    counts = {n: (c.mapped, c.rewritten, c.dropped, c.ignored) for n, c in found.items()}
    mapped, rewritten, dropped, ignored = (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)
    assert counts == {
        "What": mapped,
        "Ref": mapped,
        "Who": rewritten,
        "When": mapped,
        "From": mapped,
        "date_prec": rewritten,
        "Q": dropped,
        "Tags": rewritten,
        "Notes": ignored,
        "Other": dropped,
    }
    assert found["Who"].examples == [LossExample(line=2, value="a\tb", became="a b")]
    assert found["Other"].examples == [LossExample(line=2, value="o", became=None)]


def test_a_cell_that_is_whole_in_one_place_is_not_rewritten_by_another() -> None:
    """A tag made of a name loses nothing where the name itself is kept."""
    statement = minimal(
        tags={"column": "Group", "slug": True}, extra={"group": {"column": "Group"}}
    )
    assert account(statement, {"Text": "x", "Group": "A B"}).columns["Group"].mapped == 1


def test_reasons_are_counted_by_row_and_bounded() -> None:
    """The same reason in many rows is one line with their number and the first of them; thousands
    of different reasons do not make a report of thousands."""
    found = account(minimal())
    for line in range(2, 5):
        found.refuse(line, [RowFault("When", f"v{line}", "No date.", "Mend it.")] * 2)
    found.refuse(9, [RowFault(None, "", "No text.", "Fill it in.")])
    first, second = found.reasons
    assert (first.rows, first.line, first.value, first.advice) == (3, 2, "v2", "Mend it.")
    assert (second.rows, second.line, second.column) == (1, 9, None)
    for line in range(1_000):
        found.refuse(line, [RowFault("A", "", f"Reason {line}", "")])
    assert len(found.reasons) <= 101
    assert sum(remark.rows for remark in found.reasons) == 1_004


def test_a_further_text_that_is_too_long_is_cut_and_counted() -> None:
    """Its row is a statement all the same, and the report shows where the texts part."""
    statement = minimal(extra={"body": {"column": "Body"}})
    whole, long = "x" * 2_000, "x" * 1_999 + "yz"
    made = Composer(mapping(statement)).compose(TableRow(2, {"Text": "x", "Body": long}))
    assert made.statement["extra"] == {"body": "x" * 1_999 + "…"}
    assert [*faults_of_row(made.statement, made.trail)] == []
    loss = account(statement, {"Text": "x", "Body": whole}, {"Text": "x", "Body": long})
    assert (loss.columns["Body"].mapped, loss.columns["Body"].rewritten) == (1, 1)
    [example] = loss.columns["Body"].examples
    assert (example.line, example.value[-2:], (example.became or "")[-1:]) == (3, "yz", "…")


def test_names_of_one_cell_are_the_speaker_and_who_said_it_together() -> None:
    """Each once: who is the first does not count again."""
    every = {"column": "Who", "split": [";", " and "], "clean": True}
    made = mapping(minimal(said={"by": every | {"take": "first"}, "with": [every]}))
    for cell, with_ in [
        ("Poland; Lithuania; Latvia", ["Lithuania", "Latvia"]),
        ("KCNA and kcna", []),
        ("KCNA", []),
    ]:
        row = TableRow(2, {"Text": "x", "Who": cell})
        composed = Composer(made).compose(row)
        assert composed.statement["said"].get("with", []) == with_
        assert [*cautions_of(composed, 0)] == []


def test_a_date_settles_the_order_of_its_column() -> None:
    """Day and month could change places only where no date of the column shows that they cannot,
    and where the mapping has one order."""
    said = {"on": {"column": "Said", "date": ["dmy"]}}

    def doubtful(patterns: list[str], *days: str) -> list[str]:
        made = mapping(minimal(said=said, occurred={"column": "Day", "date": patterns}))
        found, composer = LossAccount(made), Composer(made)
        for line, day in enumerate(days, start=2):
            row = TableRow(line, {"Text": "x", "Day": day, "Said": "03.04.2024"})
            composed = composer.compose(row)
            found.accept(row, composed)
            found.warn(line, cautions_of(composed, 2_000_000_000))
        assert all(remark.reason == SWAPPED for remark in found.warnings)
        return sorted(str(remark.column) for remark in found.warnings)

    assert doubtful(["dmy"], "03.04.2024", "04.04.2024") == ["Day", "Said"]
    for settling in ("13.04.2024", "31.03.2024 10:00", "1.2.2024 - 13.2.2024"):
        assert doubtful(["iso", "dmy"], "03.04.2024", settling) == ["Said"]
    assert doubtful(["iso", "dmy"], "03.04.2024", "2024-04-13") == ["Day", "Said"]
    assert doubtful(["dmy", "mdy"], "03.04.2024", "13.04.2024") == ["Day", "Said"]


def test_what_no_place_takes_of_a_list_is_told() -> None:
    parts = [{"column": "Who", "split": ";", "take": n} for n in (1, 2)]
    made = mapping(minimal(said={"by": parts[0], "with": [parts[1]]}))
    composed = Composer(made).compose(TableRow(2, {"Text": "x", "Who": "A; B; C"}))
    (caution,) = cautions_of(composed, 0)
    assert (caution.column, caution.value) == ("Who", "C")
    assert "not in the statement" in caution.reason

"""Speakers whom several columns of a row name."""

from __future__ import annotations

from typing import Any

from service.interchange.formats.own_table import as_written_rows, own_table_mapping
from service.interchange.mappings.cautions import cautions_of
from service.interchange.mappings.composer import Composed, Composer
from service.interchange.mappings.loss import LossAccount
from service.interchange.tables.row import TableRow
from service.interchange.writers.tables.cells import names_cell
from tests.rows import each_row
from tests.unit.service.interchange.mappings.mapping_texts import mapping, minimal

_TWO = {"by": {"column": "Who"}, "with": {"column": "With", "split": "¦"}}
_ONE = {
    "by": {"column": "Who", "split": ";", "take": "first"},
    "with": {"column": "Who", "split": ";"},
}


def _composed(said: dict[str, Any], **cells: str) -> Composed:
    row = TableRow(2, {"Text": "x", **cells})
    return Composer(mapping(minimal(said=said))).compose(row)


@each_row(
    ("who", "with_", "said"),
    [
        ("KCNA", "KCNA", {"by": "KCNA"}),
        ("KCNA", "kcna¦TASS¦Tass", {"by": "KCNA", "with": ["TASS"]}),
        ("Zoe\u0301", "Zo\u00e9", {"by": "Zoe\u0301"}),
        ("", "TASS¦Tass", {"by": None, "with": ["TASS"]}),
    ],
)
def test_a_speaker_counts_once(who: str, with_: str, said: dict[str, Any]) -> None:
    """Whichever columns name them, and however; what is left out is in the statement all the same,
    and whoever looks at the dry run sees it."""
    found = _composed(_TWO, Who=who, With=with_)
    assert found.statement["said"] == {**said, "on": None}
    account = LossAccount(mapping(minimal(said=_TWO)))
    account.accept(TableRow(2, {"Who": who, "With": with_}), found)
    assert account.columns["With"].mapped == 1
    [caution] = cautions_of(found, 0)
    assert caution.column == "With"
    assert "the statement has them once" in caution.reason


def test_a_column_of_all_speakers_is_no_mistake() -> None:
    """Its first one is who said it, and the others said it, too."""
    found = _composed(_ONE, Who="KCNA; TASS")
    assert found.statement["said"] == {"by": "KCNA", "with": ["TASS"], "on": None}
    assert [*cautions_of(found, 0)] == []


@each_row("names", [["KCNA"], ["kcna", "TASS", "tass"], ["TASS"], []])
def test_a_statement_comes_back_as_it_was(names: list[str]) -> None:
    """A cell that we have written says of a name that it is meant to be there again."""
    cells = {
        "kind": "claim",
        "text": "x",
        "said.by": "KCNA",
        "said.with": names_cell(names, "KCNA"),
    }
    [row] = as_written_rows(iter([TableRow(2, {**cells})]))
    found = Composer(own_table_mapping([*cells])).compose(row)
    assert found.statement["said"].get("with", []) == names
    assert found.twice is None

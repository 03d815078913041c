"""Out and in again: what an export writes, an import reads as the same statements, but for what the
export counts as lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.statement.statement import Statement
from service.interchange.exports.catalogue import STATEMENT_FORMATS
from service.interchange.formats.known import look_of, open_mapped
from service.interchange.imports.prepared_rows import RowPreparation
from service.interchange.writers.loss import LossCount
from tests.searches import examples
from tests.unit.service.interchange.writers.drawn import statements
from tests.unit.service.interchange.writers.made import as_exported, shown_json, written

_SUFFIXES: Final = {
    "csv": "csv",
    "csv-zip": "zip",
    "timelinejs": "json",
    "claimreview": "jsonld",
    "jsonfeed": "json",
    "atom": "atom",
    "ics": "ics",
}
_SHOWN: Final = frozenset(Statement.__struct_fields__)
_RATING: Final = {"label": "False"}
_FEW: Final = examples(1 / 3, least=20)


class _Trip(NamedTuple):
    """A statement before and after, and the fields that are counted as lost."""

    before: dict[str, Any]
    after: dict[str, Any]
    lost: set[str]


def _trips(format_: str, shown: list[dict[str, Any]], folder: Path) -> list[_Trip]:
    """What becomes of each statement that is not left out."""
    chosen = STATEMENT_FORMATS[format_]
    shown = [each | {"id": f"s{n}"} for n, each in enumerate(shown)]
    batch = as_exported(shown)
    path = folder / f"file.{_SUFFIXES[format_]}"
    path.write_bytes(written(chosen.write, batch))
    lost: list[set[str]] = []
    for one in batch:
        count = LossCount(chosen.losses)
        count.add([one])
        lost.append({field.field for field in count.lost()})
    left = [n for n in range(len(shown)) if "statement" not in lost[n]]
    if not left:
        return []
    came = _read(path)
    assert len(came) == len(left)
    return [
        _Trip(_fields(shown[n]), _fields(each), lost[n]) for n, each in zip(left, came, strict=True)
    ]


def _read(path: Path) -> list[dict[str, Any]]:
    """The statements that an import makes of a file."""
    look = look_of(path)
    assert look is not None
    with open_mapped(path, look) as mapped:
        prepared = [*map(RowPreparation(mapped.mapping).prepare, mapped.table.rows)]
    assert [fault for each in prepared for fault in each.faults] == []
    return [each.composed.statement for each in prepared]


def _fields(statement: dict[str, Any]) -> dict[str, Any]:
    """The statement with everything spelled out, and its parts that are counted by themselves."""
    named = {name: value for name, value in statement.items() if name in _SHOWN}
    fields: dict[str, Any] = msgspec.to_builtins(msgspec.convert(named, Statement))
    said = fields.pop("said")
    return fields | {f"said.{name}": value for name, value in said.items()}


def _differences(trip: _Trip) -> set[str]:
    return {name for name in trip.before if trip.before[name] != trip.after[name]}


@_FEW
@given(shown=st.lists(statements(), min_size=1, max_size=2))
def test_only_what_is_counted_is_lost(
    tmp_path_factory: pytest.TempPathFactory, shown: list[dict[str, Any]]
) -> None:
    """For statements of any fields, in each format: a field that an import reads otherwise is
    counted as lost for that statement."""
    folder = tmp_path_factory.mktemp("trip")
    for format_ in _SUFFIXES:
        for trip in _trips(format_, shown, folder):
            told = {n: (trip.before[n], trip.after[n]) for n in _differences(trip) - trip.lost}
            assert told == {}, format_


@pytest.mark.parametrize("format_", ["csv", "csv-zip"])
def test_a_speaker_who_stands_twice_in_a_statement_comes_back_twice(
    format_: str, tmp_path: Path
) -> None:
    """A statement that was written so stays so, though a row of others would have them once."""
    shown = [shown_json(by="KCNA", with_=["kcna"]), shown_json(by="A", with_=["B", "a", "b"])]
    for trip in _trips(format_, shown, tmp_path):
        assert _differences(trip) == set()


@pytest.mark.parametrize("format_", ["timelinejs", "claimreview"])
@_FEW
@given(drawn=st.lists(statements(rating=_RATING), min_size=1, max_size=2))
@example(drawn=[shown_json(by="0", with_=["0"], rating=_RATING)])
def test_what_came_in_goes_out_and_comes_in_again_as_the_same(
    format_: str, tmp_path_factory: pytest.TempPathFactory, drawn: list[dict[str, Any]]
) -> None:
    """What an import makes of a file is made again of the file that it is exported as, and neither
    sources nor origin of it are counted as lost."""
    chosen = STATEMENT_FORMATS[format_]
    path = tmp_path_factory.mktemp("s") / f"s.{_SUFFIXES[format_]}"
    shown = as_exported(each | {"id": f"s{n}"} for n, each in enumerate(drawn))
    path.write_bytes(written(chosen.write, shown))
    came = _read(path)
    again = as_exported(shown_json(**_shown_fields(each)) for each in came)
    path.write_bytes(written(chosen.write, again))
    assert _read(path) == came
    count = LossCount(chosen.losses)
    count.add(again)
    lost = {each.field for each in count.lost()}
    assert lost.isdisjoint({"sources", "origin"})


def _shown_fields(statement: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(msgspec.convert(statement, Statement))
    said: dict[str, Any] = fields.pop("said")
    together = said.pop("with")
    return fields | said | {"with_": together}


@pytest.mark.parametrize("format_", ["timelinejs", "jsonfeed", "atom", "ics"])
def test_a_file_of_nothing_comes_in_as_nothing(tmp_path: Path, format_: str) -> None:
    """An export without statements is known by its look, and is no statement itself."""
    path = tmp_path / "empty"
    path.write_bytes(written(STATEMENT_FORMATS[format_].write))
    look = look_of(path)
    assert look == format_
    with open_mapped(path, look) as mapped:
        assert list(mapped.table.rows) == []

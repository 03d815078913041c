"""The statements of a page as JSON, most of them from memory."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from projections.queries.columns.encoded import EncodedStatement
from projections.queries.columns.kept import make_room
from projections.queries.statements import HEAVY, Shown, show_some
from projections.storage.reader import Reader

if TYPE_CHECKING:
    from projections.queries.columns.columns import Columns

__all__ = ["encoded_in", "encoded_of"]


def encoded_of(shown: Sequence[Shown]) -> list[EncodedStatement]:
    """Statements that were read from the tables."""
    return [EncodedStatement.of(one.json) for one in shown]


def encoded_in(
    reader: Reader,
    tl: int,
    columns: Columns,
    sts: Sequence[int],
    changes: Sequence[int],
    revision: int,
) -> list[EncodedStatement]:
    """The statements that were recorded at `sts`, as of `revision`, as they were at `changes`,
    too: those that are kept beside the columns, the others from the tables, kept from now on. The
    list ends early when the page is heavy enough."""
    found = columns.encoded.find(sts, changes)
    missing = [number for number, one in enumerate(found) if one is None]
    if missing:
        wanted, known = [sts[n] for n in missing], [changes[n] for n in missing]
        read = encoded_of(show_some(reader, tl, wanted, revision, known))
        for number, one in zip(missing, read, strict=False):
            found[number] = one
        columns.encoded.keep(zip(wanted, known, read, strict=False))
        make_room(reader.memory)
    return _until_heavy([one for one in found if one is not None])


def _until_heavy(statements: list[EncodedStatement]) -> list[EncodedStatement]:
    weights = [*accumulate([len(one.json) for one in statements])]
    return statements[: bisect_right(weights, HEAVY) + 1]

"""CSV (RFC 4180): one table, a row for each statement. UTF-8, lines end with CR LF, a header."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from service.interchange.writers.exported import Batches, ExportedStatement, Preamble
from service.interchange.writers.loss import (
    CREDIBILITY,
    HISTORY,
    RELATIONS,
    RETRACTION,
)
from service.interchange.writers.tables.cells import harmless
from service.interchange.writers.tables.columns import COLUMNS, SHOWN, ExtraColumns, values_of

__all__ = ["LOSSES", "extra_columns", "header_row", "lines", "rows", "write_csv"]

MOST_EXTRA: Final = 200
"""The most columns for extra fields: a table that is read in has 256 at most."""

_NO_EXTRA: Final = b'"extra":{}'
_READ: Final = "The column is there to be read; it is not read in again."


LOSSES: Final = (
    RELATIONS._replace(reason=_READ),
    CREDIBILITY._replace(reason=_READ),
    RETRACTION._replace(reason=_READ),
    HISTORY,
)


class _Extra(Struct):
    extra: dict[str, str] = {}


_extra = msgspec.json.Decoder(_Extra)


def extra_columns(batches: Batches) -> Generator[bytes, None, ExtraColumns]:
    """The columns for extra fields, sorted; only those of the first names if there are very many.
    Nothing is yielded but an empty piece for each batch; only statements with such fields are
    decoded."""
    names: set[str] = set()
    others = False
    for batch in batches:
        for each in batch:
            if _NO_EXTRA not in each.json:
                found = _extra.decode(each.json).extra
                names.update(filter(_is_plain, found))
                others = others or not names.issuperset(found)
        if len(names) > MOST_EXTRA:
            others = True
            break
        yield b""
    return ExtraColumns(sorted(names)[:MOST_EXTRA], others)


def _is_plain(name: str) -> bool:
    """Whether the name comes back from the header of a table as it is."""
    return name == " ".join(name.replace("\ufeff", "").split())


def header_row(extra: ExtraColumns) -> bytes:
    """The first line of the table."""
    return lines([[*COLUMNS, *extra.columns, *SHOWN]])


def rows(batch: Sequence[ExportedStatement], extra: ExtraColumns) -> bytes:
    """A line for each statement."""
    return lines([list(map(harmless, values_of(each.shown, extra))) for each in batch])


def write_csv(preamble: Preamble, batches: Batches) -> Iterator[bytes]:  # noqa: ARG001 - as every format
    """The whole table. The batches are read twice: first for the names of the extra fields."""
    extra = yield from extra_columns(batches)
    yield header_row(extra)
    for batch in batches:
        yield rows(batch, extra)


def lines(table: Iterable[Sequence[str]]) -> bytes:
    """The rows of a table as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode()

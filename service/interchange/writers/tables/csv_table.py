"""CSV (RFC 4180): one table, a row for each statement. UTF-8, lines end with CR LF, a header."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Iterator
from typing import Final

from service.interchange.writers.exported import Batches, Preamble
from service.interchange.writers.loss import (
    CREDIBILITY,
    HISTORY,
    RELATIONS,
    RETRACTION,
)
from service.interchange.writers.tables.columns import COLUMNS, SHOWN, ExtraColumns, values_of

__all__ = ["LOSSES", "LinesOfRows", "extra_columns", "header_row", "write_csv"]

MOST_EXTRA: Final = 200
"""The most columns for extra fields, because a table to be imported has at most 256 columns."""

_READ: Final = "The column is there to be read; it is not read in again."


LOSSES: Final = (
    RELATIONS._replace(reason=_READ),
    CREDIBILITY._replace(reason=_READ),
    RETRACTION._replace(reason=_READ),
    HISTORY,
)


def extra_columns(batches: Batches) -> Generator[bytes, None, ExtraColumns]:
    """The columns for extra fields, sorted; only the first of them if there are very many. Yields
    only empty chunks while the names are collected."""
    names: list[str] = []
    others = False
    for found in batches.extra_names():
        plain = {name for name in found if _is_plain(name)}
        every = sorted(plain.union(names))
        others = others or len(plain) < len(found) or len(every) > MOST_EXTRA
        names = every[:MOST_EXTRA]
        yield b""
    return ExtraColumns(names, others)


def _is_plain(name: str) -> bool:
    """Whether the header of a table preserves the name."""
    return name == " ".join(name.replace("\ufeff", "").split())


def header_row(extra: ExtraColumns) -> bytes:
    """The first line of the table."""
    lines = LinesOfRows()
    lines.add([*COLUMNS, *extra.columns, *SHOWN])
    return lines.taken()


def write_csv(preamble: Preamble, batches: Batches) -> Iterator[bytes]:  # noqa: ARG001 - as every format
    """The whole table. The names of the extra fields are collected first, for the header."""
    extra = yield from extra_columns(batches)
    yield header_row(extra)
    lines = LinesOfRows()
    for batch in batches:
        for each in batch:
            lines.add(values_of(each.decode(), extra))
        yield lines.taken()


class LinesOfRows:
    """The rows of a table as CSV: those that were added since the last call of `taken`."""

    def __init__(self) -> None:
        self._text = io.StringIO(newline="")
        self.add = csv.writer(self._text, lineterminator="\r\n").writerow

    def taken(self) -> bytes:
        """The lines of the rows that were added since."""
        taken = self._text.getvalue().encode()
        self._text.seek(0)
        self._text.truncate()
        return taken

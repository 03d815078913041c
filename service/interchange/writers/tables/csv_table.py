"""CSV (RFC 4180): one table, a row for each statement. UTF-8, lines end with CR LF, a header."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from events.statement.statement import Source
from service.interchange.writers.exported import Batches, ExportedStatement, Preamble
from service.interchange.writers.loss import (
    CREDIBILITY,
    HISTORY,
    RELATIONS,
    RETRACTION,
    Loss,
    is_repeated,
)
from service.interchange.writers.tables.cells import SEPARATOR, harmless
from service.interchange.writers.tables.columns import COLUMNS, EXTRA, SHOWN, values_of

__all__ = ["LOSSES", "extra_fields", "header_row", "lines", "rows", "write_csv"]

MOST_EXTRA: Final = 200
"""The most columns for extra fields: a table that is read in has 256 at most."""

_NO_EXTRA: Final = b'"extra":{}'
_READ: Final = "The column is there to be read; it is not read in again."


def _loses(*texts: str | None) -> bool:
    """Whether any item of a list is not the same when it is read in again."""
    return any(text and (SEPARATOR in text or text != text.strip()) for text in texts)


_ONCE: Final = f"In a list {SEPARATOR} becomes |, and nobody is named twice."
_LISTED: Final = f"In a list {SEPARATOR} becomes |."
_QUOTED: Final = f"In a list {SEPARATOR} becomes |, and white space around a text is lost."

LOSSES: Final = (
    Loss("text", "White space around it is lost.", lambda s: s.text != s.text.strip()),
    Loss("said.with", _ONCE, lambda s: _loses(*s.said.with_) or is_repeated(s.said.with_)),
    Loss("said.via", _LISTED, lambda s: any(_loses(each.actor) for each in s.said.via)),
    Loss("about", _LISTED, lambda s: any(_loses(each.actor) for each in s.about)),
    Loss("places", _LISTED, lambda s: any(_loses(each.name) for each in s.places)),
    Loss(
        "quantities", _LISTED, lambda s: any(_loses(each.what, each.unit) for each in s.quantities)
    ),
    Loss("sources", _QUOTED, lambda s: any(_loses(*_texts_of(each)) for each in s.sources)),
    Loss(
        "extra",
        f"There are columns for {MOST_EXTRA} names; an empty text counts as missing, and white "
        "space around a text is lost.",
        lambda s: any(text != text.strip() or not text for text in s.extra.values()),
    ),
    RELATIONS._replace(reason=_READ),
    CREDIBILITY._replace(reason=_READ),
    RETRACTION._replace(reason=_READ),
    HISTORY,
)


class _Extra(Struct):
    extra: dict[str, str] = {}


_extra = msgspec.json.Decoder(_Extra)


def extra_fields(batches: Batches) -> Generator[bytes, None, list[str]]:
    """The names of the extra fields, sorted; only the first ones if there are very many. Nothing is
    yielded but an empty piece for each batch; only statements with such fields are decoded."""
    names: set[str] = set()
    for batch in batches:
        for each in batch:
            if _NO_EXTRA not in each.json:
                names.update(_extra.decode(each.json).extra)
        if len(names) > MOST_EXTRA:
            break
        yield b""
    return sorted(names)[:MOST_EXTRA]


def header_row(extra: Sequence[str]) -> bytes:
    """The first line of the table."""
    return lines([[*COLUMNS, *(EXTRA + name for name in extra), *SHOWN]])


def rows(batch: Sequence[ExportedStatement], extra: Sequence[str]) -> bytes:
    """A line for each statement."""
    return lines([list(map(harmless, values_of(each.shown, extra))) for each in batch])


def write_csv(preamble: Preamble, batches: Batches) -> Iterator[bytes]:  # noqa: ARG001 - as every format
    """The whole table. The batches are read twice: first for the names of the extra fields."""
    extra = yield from extra_fields(batches)
    yield header_row(extra)
    for batch in batches:
        yield rows(batch, extra)


def lines(table: Iterable[Sequence[str]]) -> bytes:
    """The rows of a table as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode()


def _texts_of(source: Source) -> tuple[str | None, ...]:
    links = (source.url, source.archive_url)
    return (source.id, source.title, source.publisher, source.quote, source.locator, *links)

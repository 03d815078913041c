"""The input of a format: the file's preamble, and statements in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple, Protocol
from urllib.parse import quote
from uuid import UUID, uuid5

import msgspec

from events.statement.statement import Statement
from projections.answers.statement import ShownStatement
from projections.answers.timeline import Timeline

__all__ = ["Batches", "ExportedStatement", "HeldBatches", "Preamble", "WriteStatements"]

_decode = msgspec.json.Decoder(ShownStatement).decode
_encode = msgspec.json.Encoder().encode

_Recorded = msgspec.defstruct(
    "_Recorded", [(name, msgspec.Raw) for name in Statement.__struct_encode_fields__]
)
"""The fields of a statement itself, without what follows from it, as unread JSON."""
_recorded = msgspec.json.Decoder(_Recorded).decode


@lru_cache(maxsize=16)
def _identity(log: str) -> UUID:
    return UUID(log)


class ExportedStatement(NamedTuple):
    """A statement as the JSON that the API shows, the last revision at which it changed, and the
    recorded times (RFC 3339) of such revisions of its batch: `times` reads them, once for all, if a
    format shows them."""

    json: bytes
    changed: int
    times: Callable[[], Mapping[int, str]]

    @property
    def changed_at(self) -> str:
        """The time of the last change."""
        return self.times()[self.changed]

    def decode(self) -> ShownStatement:
        """The statement itself. It is not cached: a batch would be more objects than Python's
        garbage collector scans quickly."""
        return _decode(self.json)

    def recorded(self) -> bytes:
        """The statement in JSON as it would be recorded: without what follows from it and from
        other statements. Our own files have it, beside what other programs show."""
        return _encode(_recorded(self.json))


class Preamble(NamedTuple):
    """Facts about a file as a whole. `timeline` is as of the revision of the file, `log` is the
    identity of the log, and `address` the service's, without a slash at its end. `feed` is the
    address of the file itself, if it is a feed."""

    timeline: Timeline
    log: str
    address: str
    feed: str | None = None

    @property
    def page(self) -> str:
        """The address of the timeline's page."""
        return f"{self.address}/t/{self.timeline.timeline}"

    def page_of(self, id: str) -> str:  # noqa: A002 - the field's own name
        """The address of the page that shows a statement."""
        return f"{self.page}?statement={quote(id)}"

    @property
    def urn(self) -> str:
        """The timeline's permanent name, which does not depend on the address."""
        return uuid5(_identity(self.log), self.timeline.timeline).urn

    def urn_of(self, id: str) -> str:  # noqa: A002 - the field's own name
        """A statement's permanent name."""
        return uuid5(_identity(self.log), f"{self.timeline.timeline}/{id}").urn


class Batches(Protocol):
    """Statements in order. A format may iterate over them several times."""

    def __iter__(self) -> Iterator[Sequence[ExportedStatement]]: ...

    def extra_names(self) -> Iterator[AbstractSet[str]]:
        """The names of extra fields, one batch after the other."""


class HeldBatches:
    """Batches that are all in memory."""

    def __init__(self, *batches: Sequence[ExportedStatement]) -> None:
        self._batches = batches

    def __iter__(self) -> Iterator[Sequence[ExportedStatement]]:
        return iter(self._batches)

    def extra_names(self) -> Iterator[AbstractSet[str]]:
        """The names, one batch after the other."""
        for batch in self._batches:
            yield {name for each in batch for name in each.decode().extra}


WriteStatements = Callable[[Preamble, Batches], Iterator[bytes]]
"""Writes a file in chunks, at least one for each batch; a chunk may be empty."""

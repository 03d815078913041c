"""What a format is given: the file's preamble, and statements in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple, Protocol
from urllib.parse import quote
from uuid import UUID, uuid5

import msgspec

from projections.answers.statement import ShownStatement
from projections.answers.timeline import Timeline

__all__ = ["Batches", "ExportedStatement", "HeldBatches", "Preamble", "WriteStatements"]

_decode = msgspec.json.Decoder(ShownStatement).decode


@lru_cache(maxsize=16)
def _identity(log: str) -> UUID:
    return UUID(log)


class ExportedStatement(NamedTuple):
    """A statement as the JSON that the API shows, the revision at which anything in it last
    changed, and when each such revision of its batch was recorded (RFC 3339): `times` asks for
    them, once for all, where a format tells them."""

    json: bytes
    changed: int
    times: Callable[[], Mapping[int, str]]

    @property
    def changed_at(self) -> str:
        """When anything in it last changed."""
        return self.times()[self.changed]

    def decode(self) -> ShownStatement:
        """The statement itself. It is not kept: a batch of them would be more objects than Python
        looks through quickly for what is no longer used."""
        return _decode(self.json)


class Preamble(NamedTuple):
    """What is said of a file as a whole. `timeline` is as of the revision of the file, `log` is the
    identity of the log, and `address` that of the service, without a slash at its end. `feed` is
    where the file itself is, if it is a feed."""

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
        """The timeline's name everywhere and for ever: it does not depend on the address."""
        return uuid5(_identity(self.log), self.timeline.timeline).urn

    def urn_of(self, id: str) -> str:  # noqa: A002 - the field's own name
        """A statement's name everywhere and for ever."""
        return uuid5(_identity(self.log), f"{self.timeline.timeline}/{id}").urn


class Batches(Protocol):
    """Statements in their order. A format may iterate over them several times."""

    def __iter__(self) -> Iterator[Sequence[ExportedStatement]]: ...

    def extra_names(self) -> Iterator[AbstractSet[str]]:
        """The names of their extra fields, of some of the statements after others."""


class HeldBatches:
    """Batches that are all in memory."""

    def __init__(self, *batches: Sequence[ExportedStatement]) -> None:
        self._batches = batches

    def __iter__(self) -> Iterator[Sequence[ExportedStatement]]:
        return iter(self._batches)

    def extra_names(self) -> Iterator[AbstractSet[str]]:
        """Those of one batch after the other."""
        for batch in self._batches:
            yield {name for each in batch for name in each.decode().extra}


WriteStatements = Callable[[Preamble, Batches], Iterator[bytes]]
"""Writes a file in pieces, at least one for each batch; a piece may be empty."""

"""What a format is given: the file's preamble, and statements in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID, uuid5

import msgspec

from projections.answers.statement import ShownStatement
from projections.answers.timeline import Timeline

__all__ = ["Batches", "ExportedStatement", "Preamble", "WriteStatements"]

_decode = msgspec.json.Decoder(ShownStatement).decode


@lru_cache(maxsize=16)
def _identity(log: str) -> UUID:
    return UUID(log)


class ExportedStatement:
    """A statement as the JSON that the API shows, and when anything in it last changed (RFC
    3339)."""

    __slots__ = ("_shown", "changed_at", "json")

    def __init__(self, json: bytes, changed_at: str) -> None:
        self.json = json
        self.changed_at = changed_at
        self._shown: ShownStatement | None = None

    @property
    def shown(self) -> ShownStatement:
        """The statement itself. It is decoded when it is needed first."""
        if self._shown is None:
            self._shown = _decode(self.json)
        return self._shown


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


Batches = Iterable[Sequence[ExportedStatement]]
"""Statements in their order. A format may iterate over them several times."""

WriteStatements = Callable[[Preamble, Batches], Iterator[bytes]]
"""Writes a file in pieces, at least one for each batch; a piece may be empty."""

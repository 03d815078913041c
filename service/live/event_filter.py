"""Which events a subscriber wants: by what the header says, and by the statements they touch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from msgspec import Struct

from events.envelope import subject_id
from projections.reader import Reader
from projections.spelling_queries import keys_of_spellings
from projections.touched import TouchedStatement, respelled_at, touched_statement
from service.live.frames import Frame

__all__ = ["EventFilter", "Matcher", "Touches"]


class EventFilter(NamedTuple):
    """Any of the values within one field, all of the fields together; empty asks for all.

    `actors` (spellings), `kinds` and `tags` are those of one statement that the event touches, of
    a relation either one, as it stood then. What touches none, or a redacted one, has none.
    """

    types: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class _Target(Struct):
    target: str = ""


class _Related(Struct):
    data: _Target | None = None


_related = msgspec.json.Decoder(_Related).decode


class Touches:
    """What events of one timeline touch, looked up once for all filters that ask."""

    def __init__(self, reader: Reader, tl: int) -> None:
        self.reader = reader
        self.tl = tl
        self._known: dict[int, tuple[TouchedStatement, ...]] = {}
        self._respelled: dict[int, int] = {}

    def of(self, frame: Frame) -> tuple[TouchedStatement, ...]:
        """The statements that the event touches, as they stood at its revision."""
        known = self._known.get(frame.revision)
        if known is None:
            found = [
                touched_statement(self.reader, self.tl, id_, frame.revision)
                for id_ in _statements_of(frame)
            ]
            known = tuple(statement for statement in found if statement is not None)
            self._known[frame.revision] = known
        return known

    def respelled(self, revision: int) -> int:
        """The last revision up to this one that may have changed whose a spelling is."""
        known = self._respelled.get(revision)
        if known is None:
            known = self._respelled[revision] = respelled_at(self.reader, self.tl, revision)
        return known


class Matcher:
    """Holds the events of one timeline against one filter."""

    def __init__(self, filter_: EventFilter) -> None:
        self.filter = filter_
        self._types = frozenset(filter_.types)
        self._subjects = frozenset(filter_.subjects)
        self._kinds = frozenset(filter_.kinds)
        self._tags = frozenset(filter_.tags)
        self._keys: frozenset[str] = frozenset()
        self._respelled = -1
        self._all = not any(filter_)
        self._statements = bool(filter_.actors or filter_.kinds or filter_.tags)

    def chosen(self, frames: Iterable[Frame], touches: Touches) -> list[Frame]:
        """The frames that the filter lets pass."""
        if self._all:
            return list(frames)
        return [frame for frame in frames if self._passes(frame, touches)]

    def _passes(self, frame: Frame, touches: Touches) -> bool:
        if self._types and frame.type not in self._types:
            return False
        if self._subjects and frame.subject not in self._subjects:
            return False
        if not self._statements:
            return True
        statements = touches.of(frame)
        if not statements:
            return False
        keys = self._keys_at(frame.revision, touches)
        return any(self._meets(statement, keys) for statement in statements)

    def _meets(self, statement: TouchedStatement, keys: frozenset[str]) -> bool:
        return (
            (not self._kinds or statement.kind in self._kinds)
            and (not self._tags or not self._tags.isdisjoint(statement.tags))
            and (not keys or not keys.isdisjoint(statement.actors))
        )

    def _keys_at(self, revision: int, touches: Touches) -> frozenset[str]:
        """The keys of whoever the filter's spellings meant at `revision`."""
        if self.filter.actors:
            respelled = touches.respelled(revision)
            if respelled != self._respelled:
                keys = keys_of_spellings(touches.reader, touches.tl, self.filter.actors, revision)
                self._keys, self._respelled = frozenset(keys), respelled
        return self._keys


def _statements_of(frame: Frame) -> Iterable[str]:
    """The ids of the statements that the event touches."""
    if not frame.subject.startswith("statements/"):
        return
    yield subject_id(frame.subject)
    if frame.type in ("statement.related", "statement.unrelated"):
        related = _related(frame.line)
        if related.data is not None:
            yield related.data.target

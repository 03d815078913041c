"""Which events a subscriber wants to hear of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, get_args

from events.statement import Kind
from events.types import TYPES
from events.wording import spelling_key
from projections.touched_queries import Touched
from service.query_string import QueryString, bounded, word
from service.statement_question import SPELLING, tag
from service.streaming.frame import EventFrame

__all__ = ["ALL", "LiveFilter", "live_filter"]


class LiveFilter(NamedTuple):
    """Any of the values within one field, all of the fields together; empty asks for all.

    `names` are keys of spellings. Kinds, tags and names are those of the statements that the event
    touches (either one, of a relation), as they stood then.
    """

    types: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @property
    def asks_statements(self) -> bool:
        """Whether the statements must be looked at."""
        return bool(self.kinds or self.tags or self.names)

    def matches(self, frame: EventFrame, touched: Callable[[EventFrame], Touched]) -> bool:
        """Whether it asks for the event; a redacted one matches by type and subject alone."""
        if self.types and frame.type not in self.types:
            return False
        if self.subjects and frame.subject not in self.subjects:
            return False
        if not self.asks_statements or frame.redacted:
            return True
        found = touched(frame)
        return all(
            not wanted or not wanted.isdisjoint(there)
            for wanted, there in (
                (self.kinds, found.kinds),
                (self.tags, found.tags),
                (self.names, found.names),
            )
        )


ALL: Final = LiveFilter()


def live_filter(query: QueryString) -> LiveFilter:
    """Takes `type`, `subject`, `actor`, `kind` and `tag` from the query."""
    return LiveFilter(
        types=query.many("type", word(*sorted(TYPES))),
        subjects=query.many("subject", bounded(128)),
        kinds=frozenset(query.many("kind", word(*sorted(get_args(Kind))))),
        tags=frozenset(query.many("tag", tag)),
        names=frozenset(map(spelling_key, query.many("actor", bounded(SPELLING)))),
    )

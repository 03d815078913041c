"""The filter of a subscription: which events a subscriber wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from events.statement.wording import spelling_key
from projections.queries.touched import Touched
from service.http.declared.parameter import Parameter, several
from service.http.declared.query import Query
from service.reading.parameters import SUBJECT, TYPE
from service.reading.question import KINDS, SPELLINGS, TAGS
from service.streaming.frame import EventFrame

__all__ = ["ALL", "WHICH", "LiveFilter", "live_filter"]


class LiveFilter(NamedTuple):
    """An event matches if each field that is not empty has one of its values.

    `names` are keys of spellings. Kinds, tags and names are compared with the statement that the
    event touches, as it was at that event; for a relation with either of the two.
    """

    types: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @property
    def asks_statements(self) -> bool:
        """Whether the decision needs the statements."""
        return bool(self.kinds or self.tags or self.names)

    def matches(self, frame: EventFrame, touched: Callable[[EventFrame], Touched]) -> bool:
        """Whether the event matches. For a redacted event only type and subject are compared."""
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


_ACTOR: Final = several(
    "actor",
    "Speaker, via or about of a statement that is touched, by any spelling.",
    SPELLINGS,
    "KCNA",
)
_KIND: Final = several("kind", "The kind of a statement that is touched.", KINDS, "claim")
_TAG: Final = several("tag", "A tag of a statement that is touched.", TAGS, "troops")
WHICH: Final[tuple[Parameter[Any], ...]] = (TYPE, SUBJECT, _ACTOR, _KIND, _TAG)
"""The parameters that select events."""


def live_filter(query: Query) -> LiveFilter:
    """The filter that the parameters in WHICH describe."""
    kinds, tags, names = query[_KIND], query[_TAG], query[_ACTOR]
    return LiveFilter(
        types=query[TYPE],
        subjects=query[SUBJECT],
        kinds=frozenset(kinds),
        tags=frozenset(tags),
        names=frozenset(map(spelling_key, names)),
    )

"""Random histories of one or two timelines in which every event is one that a command could
have made. A history is grown from plain numbers, so that hypothesis can shrink it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, get_args

from hypothesis import strategies as st

from events.event.envelope import actor_subject, source_subject, statement_subject
from events.event.types import (
    ActorDescribed,
    AliasRemoved,
    SourceGraded,
    StatementGraded,
    TimelineDescribed,
)
from events.statement.statement import AboutActor, Kind, Origin, Place, Source
from events.statement.wording import spelling_key
from tests.histories import History

__all__ = ["DATES", "SPELLINGS", "histories", "long_history"]

SPELLINGS = ("Kim", "kim", "Kim Jong Un", "Lee", "Üx", "U\u0308X", "KCNA")
DATES = (
    None,
    "2024-10",
    "2024-10-05",
    "../2024",
    "2024/..",
    "2024-06/2025-04~",
    "../..",
    "2025?",
    "2024-10-05/2024-10-06",
)
_IDS = ("a", "b", "c", "d")
_ACTORS = ("kim", "lee", "KIM JONG UN")
_RELATIONS = ("supports", "supports", "disputes", "supersedes", "repeats")

_STEPS = st.tuples(st.integers(0, 39), st.integers(0, 999_999))
"""What happens and on which timeline, and two numbers under a thousand: a history of sixty steps is
drawn twice as fast as if each of the four was drawn for itself."""


class _Grower:
    """Grows one timeline of a history; a step that no command would take is left out."""

    def __init__(self, history: History, name: str, ids: Sequence[str] = _IDS) -> None:
        self.ids = ids
        self.history = history
        self.name = name
        self.recorded: list[str] = []
        self.retracted: set[str] = set()
        self.relations: set[tuple[str, str, str]] = set()
        self.actors: dict[str, tuple[str, str, dict[str, str]]] = {}
        history.timeline = name
        history.open()

    def step(self, what: int, m: int, n: int) -> None:
        self.history.timeline = self.name
        if len(self.recorded) < 2 or (what == 0 and len(self.recorded) < len(self.ids)):
            self._record(m, n)
        elif what == 1:
            self.history.add("timeline", TimelineDescribed(title=f"Title {m}"))
        elif what < 8:
            self._actor(what, m, n)
        else:
            id_ = self.recorded[m % len(self.recorded)]
            self._statement(what, id_, m // len(self.recorded), n)

    def _record(self, m: int, n: int) -> None:
        id_ = self.ids[len(self.recorded)]
        self.recorded.append(id_)
        self.history.record(
            id_,
            SPELLINGS[m % len(SPELLINGS)] if n % 7 else None,
            with_=SPELLINGS[n % 5 : n % 5 + max(0, m % 5 - 2)],
            on=DATES[n % len(DATES)],
            occurred=DATES[m % len(DATES)],
            kind=get_args(Kind)[n % 10],
            via=SPELLINGS[n % 4 : n % 4 + m % 3],
            about=tuple(
                AboutActor(actor=spelling, role=(None, "r0", "r1")[(m + i) % 3])
                for i, spelling in enumerate(SPELLINGS[m % 5 : m % 5 + n % 3])
            ),
            origin=Origin(dataset=f"d{m % 2}", id=f"o{n % 2}") if m % 4 else None,
            tags=tuple(f"t{i}" for i in range(m % 3)),
            extra={f"x{i}": '"extra":{}' for i in range(n % 4, m % 4)},
            places=(Place(name="Kursk" if n % 2 else "KURSK"),)[: m % 2],
            sources=(Source(id="s1", title=f"Title {m % 4}"), Source(id="s2", title="Two"))[
                : n % 3
            ],
        )

    def _statement(self, what: int, id_: str, m: int, n: int) -> None:
        if what < 13:
            self._relate(id_, m, n)
        elif what < 14:
            self._unrelate(m)
        elif what < 15:
            event = StatementGraded(credibility=1 + n % 6)
            self.history.add(statement_subject(id_), event)
        elif what < 16:
            self.history.add(source_subject(f"s{n % 2}"), SourceGraded(reliability="B"))
        elif id_ in self.retracted:
            if m % 2:
                self.retracted.discard(id_)
                self.history.reinstate(id_)
        elif what < 19 or m % 2:
            self.history.correct(id_, **self._changes(m, n))
        else:
            self.retracted.add(id_)
            source = Source(id="s9", title=f"Title {n % 3}") if n % 2 else None
            by = SPELLINGS[n % 7] if n % 3 else None
            self.history.retract(id_, reason=f"so {m}", by=by, on=DATES[m % 9], source=source)

    def _changes(self, m: int, n: int) -> dict[str, Any]:
        return (
            {"text": f"corrected {n}"},
            {
                "said": {
                    "by": SPELLINGS[m % 7] if n % 6 else None,
                    "with": [SPELLINGS[n % 7]] if n % 3 else [],
                },
                "about": [{"actor": "Lee", "role": f"r{n % 3}"}, "Kim"][: n % 4],
                "origin": {"id": f"o{n % 3}"} if n % 2 else None,
            },
            {
                "occurred": DATES[n % len(DATES)],
                "tags": [f"t{n % 4}"],
                "extra": {f"x{m % 4}": "7", f"x{n % 4}": None},
            },
            {"said": {"on": DATES[n % len(DATES)]}, "kind": "denial"},
            {
                "sources": [{"id": "s1", "title": f"Title {n % 5}"}, {"id": "s0", "title": "0"}][
                    : n % 3
                ]
            },
        )[m % 5]

    def _relate(self, id_: str, m: int, n: int) -> None:
        target = self.recorded[n % len(self.recorded)]
        relation = (id_, _RELATIONS[m % 5], target)
        if id_ != target and relation not in self.relations:
            self.relations.add(relation)
            source = Source(id="s9", title=f"Title {n % 3}") if m % 2 else None
            self.history.relate(
                *relation, note="so" if n % 2 else None, on=DATES[n % 9], source=source
            )

    def _unrelate(self, m: int) -> None:
        if self.relations:
            relation = sorted(self.relations)[m % len(self.relations)]
            self.relations.discard(relation)
            self.history.unrelate(*relation)

    def _actor(self, what: int, m: int, n: int) -> None:
        id_ = _ACTORS[m % len(_ACTORS)]
        key, spelling = spelling_key(id_), SPELLINGS[n % len(SPELLINGS)]
        known = self.actors.get(key)
        if known is None:
            if self._is_free(id_, key) and self._is_free(spelling, key):
                self.actors[key] = (id_, spelling, {})
                self.history.register(id_, spelling)
            return
        id_, name, aliases = known
        alias = spelling_key(spelling)
        if what < 4 and self._is_free(spelling, key) and spelling != name:
            self.actors[key] = (id_, spelling, aliases)
            event = ActorDescribed(id=id_, name=spelling, type="state")
            self.history.add(actor_subject(id_), event)
        elif alias in aliases:
            event_removed = AliasRemoved(alias=aliases.pop(alias))
            self.history.add(actor_subject(id_), event_removed)
        elif self._is_free(spelling, key):
            aliases[alias] = spelling
            self.history.alias(id_, spelling)

    def _is_free(self, spelling: str, own: str) -> bool:
        key = spelling_key(spelling)
        return not any(
            key in {spelling_key(id_), spelling_key(name), *aliases}
            for actor, (id_, name, aliases) in self.actors.items()
            if actor != own
        )


@st.composite
def histories(draw: st.DrawFn, most: int = 60, timelines: int = 2) -> History:
    """A history in which the steps of the timelines alternate as they come."""
    history = History()
    growers = [_Grower(history, name) for name in ("kursk", "other")[:timelines]]
    for what, numbers in draw(st.lists(_STEPS, min_size=most // 2, max_size=most)):
        other, what = divmod(what, 20)
        growers[other if timelines > 1 else 0].step(what, *divmod(numbers, 1_000))
    history.timeline = "kursk"
    return history


def long_history(seed: int, steps: int) -> History:
    """A history of one timeline of up to 40 statements: about as many events as steps."""
    chance = random.Random(seed)
    history = History()
    grower = _Grower(history, "kursk", [f"s{n}" for n in range(40)])
    for _ in range(steps):
        grower.step(chance.randrange(20), chance.randrange(1000), chance.randrange(1000))
    return history

"""What is asked of a long timeline, and what is done to it."""

from __future__ import annotations

from typing import Final

from events.event.types import (
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    Event,
    SourceGraded,
    StatementCorrected,
    StatementGraded,
    StatementReinstated,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
    TimelineOpened,
)
from tests.long_timeline import GRADED, HUB, LONG, OTHER, TOGGLED, TOLD, TURNED

__all__ = ["COLUMNS", "COMMANDS", "PAGES", "WHOLE"]

PAGES: Final = {
    "/v1/timelines": ("?limit=10",),
    "/v1/timelines/{t:str}": ("", "?as_of=3600"),
    "/v1/timelines/{t:str}/statements": (
        "?limit=10",
        "?limit=10&as_of=HEAD-100",
        "?limit=10&order=said",
        "?limit=10&order=recorded",
        "?limit=10&actor=Speaker+77&tag=common",
        "?limit=10&source=src77&place=Place+77",
        "?limit=10&standing=superseded",
        "?limit=10&q=Speaker+77",
        "?limit=10&tag=t77&count=true",
        "?limit=10&role=rare&dataset=other",
        "?limit=10&actor=About+78&role=target",
        "?limit=10&dataset=acled&origin_id=row-78",
    ),
    "/v1/timelines/{t:str}/statements/{id:str}": (LONG, f"{LONG}?as_of=HEAD-9000", "s8"),
    "/v1/timelines/{t:str}/actors": ("?limit=10", "?limit=10&as_of=HEAD-100"),
    "/v1/timelines/{t:str}/sources": ("?limit=10", "?limit=10&as_of=HEAD-100"),
    "/v1/timelines/{t:str}/events": (
        "?limit=10",
        f"?limit=10&subject=statements/{LONG}",
        f"?limit=10&subject=statements/{LONG}&subject=actors",
        "?limit=10&type=statement.graded&type=timeline.opened",
    ),
    "/v1/timelines/{t:str}/events/{revision:str}": ("3600",),
    "/v1/timelines/{t:str}/statements/{id:str}/history": ("s9",),
    "/v1/timelines/{t:str}/diff": ("?from=HEAD-20&to=HEAD",),
    "/health/ready": ("",),
}
"""Questions whose answers are short, by the route that answers them."""

COLUMNS: Final = {
    "/v1/timelines/{t:str}/statements": (
        "?limit=10&tag=common&kind=claim",
        "?limit=10&actor=Speaker+77&count=true",
        "?limit=10&from=2047&to=2047-03",
        "?limit=10&from=2047&to=2047-03&order=-occurred&match=certain&as_of=HEAD-100",
        "?limit=10&said_from=2047&tag=common&order=-said&count=true",
        "?limit=10&standing=disputed&standing=asserted&order=recorded&as_of=HEAD-9000",
        "?limit=10&unsourced=true",
        "?limit=10&standing=retracted&as_of=HEAD-3",
        "?limit=10&corrected=true&as_of=HEAD-9",
        "?limit=10&role=rare",
        "?limit=10&role=target&order=said",
        "?limit=10&actor=About+77&role=rare&as_of=HEAD-100",
        "?limit=10&dataset=acled&count=true",
        "?limit=10&dataset=other&order=recorded",
        "?limit=10&origin_id=row-77",
        "?limit=10&dataset=acled&origin_id=row-77&as_of=HEAD-100",
        "?limit=10&by=Speaker+77&place=Place+77&source=src77",
        "?limit=10&q=Speaker+77&said_to=2047",
    ),
}
"""Pages that a walk through a table may have to look for."""

WHOLE: Final = {
    "/v1/timelines/{t:str}/buckets": (
        "?every=year",
        "?every=month&on=recorded&tag=common",
        "?every=week&on=recorded",
        "?every=year&vague=true&q=Kursk&tag=common",
    ),
    "/v1/timelines/{t:str}/facets": ("", "?tag=common"),
    "/v1/timelines/{t:str}/digest": ("",),
    "/v1/timelines/{t:str}/statements": ("?count=true&q=-zz", "?limit=10&q=Kursk&tag=common"),
    "/v1/timelines/{t:str}/diff": ("?from=HEAD-9000&to=HEAD",),
}
"""Questions about all statements: they are walked once."""

FIRST: Final = {"/v1/timelines/{t:str}/statements": ("?limit=10&q=Speaker",)}
"""Questions whose words most statements have: who has them is read once, and kept."""

COMMANDS: Final[tuple[tuple[str, Event], ...]] = (
    ("kursk", TimelineOpened(title="Another")),
    (LONG, StatementCorrected(changes={"text": "x", "tags": ["y"]}, reason="so")),
    (LONG, StatementCorrected(changes={"occurred": "0900", "tags": ["x0"]}, reason="so")),
    (LONG, StatementCorrected(changes={"occurred": "2500"}, reason="so")),
    (LONG, StatementGraded(credibility=1)),
    (TURNED, StatementRetracted(reason="so")),
    (TURNED, StatementReinstated(reason="so")),
    (TOGGLED, StatementRelated(relation="repeats", target=OTHER)),
    (TOGGLED, StatementUnrelated(relation="repeats", target=OTHER, reason="so")),
    (HUB, StatementRelated(relation="disputes", target=TOLD)),
    (HUB, StatementUnrelated(relation="supports", target="s9", reason="so")),
    (GRADED, SourceGraded(reliability="A")),
    ("new", ActorRegistered(id="new", name="Speaker 70", type="person")),
    ("new", ActorRegistered(id="new", name="Speaker 71", type="person")),
    ("zz", AliasAdded(alias="Speaker 72")),
    ("zz", AliasRemoved(alias="Alias 7")),
)

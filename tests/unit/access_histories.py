"""Random histories of `_access`, and what is granted at any revision by the plainest reading."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from events.event.codec import RecordedEvent
from events.event.envelope import grant_subject, key_subject, subject_id
from events.event.types import GrantGiven, GrantTaken, KeyIssued, KeyRevoked, TimelineOpened
from events.statement.timeline_names import ACCESS_TIMELINE
from projections.answers.access import Grant
from tests.histories import CODEC, History

__all__ = ["GRANTEES", "PATTERNS", "ROLES", "grants_after", "keys_after", "random_access"]

GRANTEES = ["everyone", "key:k0", "key:k1", "key:k2", "person:ann@example.org", "group:editors"]
ROLES: list[Any] = ["reader", "contributor", "writer", "editor", "admin", "operator"]
PATTERNS = ["*", "desk", "desk-*", "desk-a", "news", "n*"]


def random_access(seed: int, steps: int) -> History:
    """A history of so many events about keys and grants, behind the one that opens it."""
    chance = random.Random(seed)
    history = History(ACCESS_TIMELINE)
    history.add("timeline", TimelineOpened(title="Keys and grants"))
    given: list[str] = []
    issued: list[str] = []
    names = 0
    for step in range(steps):
        roll = chance.random()
        if roll < 0.3 and given:
            taken = given.pop(chance.randrange(len(given)))
            history.add(grant_subject(taken), GrantTaken(reason="over"))
        elif roll < 0.35 and issued:
            gone = issued.pop(chance.randrange(len(issued)))
            history.add(key_subject(gone), KeyRevoked(reason="lost"))
        elif roll < 0.45:
            name, names = f"k{names}", names + 1
            issued.append(name)
            event = KeyIssued(name=name, id=f"{name:0>8}", sha256=f"{names:064x}")
            history.add(key_subject(name), event)
        else:
            id_ = f"g{step}"
            given.append(id_)
            to, role, on = (chance.choice(each) for each in (GRANTEES, ROLES, PATTERNS))
            history.add(grant_subject(id_), GrantGiven(to=to, role=role, timelines=on))
    return history


def opened(history: History, revision: int) -> list[RecordedEvent]:
    """The events up to the revision."""
    return [CODEC.open(entry) for entry in history.entries[:revision]]


def grants_after(events: Iterable[RecordedEvent]) -> list[Grant]:
    """The grants that hold after these events."""
    held: dict[str, Grant] = {}
    for _, header, event in events:
        id_ = subject_id(header.subject)
        match event:
            case GrantGiven(to=to, role=role, timelines=timelines):
                facts = (header.author, header.revision, header.recorded_at)
                held[id_] = Grant(id_, to, role, timelines, *facts)
            case GrantTaken():
                del held[id_]
            case _:
                pass
    return [*held.values()]


def keys_after(events: Iterable[RecordedEvent]) -> dict[str, tuple[str, bool]]:
    """The hash of each key that was issued, and whether it is revoked."""
    keys: dict[str, tuple[str, bool]] = {}
    for _, header, event in events:
        match event:
            case KeyIssued(name=name, sha256=sha256):
                keys[name] = sha256, False
            case KeyRevoked():
                name = subject_id(header.subject)
                keys[name] = keys[name][0], True
            case _:
                pass
    return keys

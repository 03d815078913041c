"""The policy: what follows from the grants and keys of one moment, in memory.

It never changes: when a grant or a key does, there is a new policy. A decision reads a few
dictionaries, however many grants there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Final

from events.statement.timeline_names import ACCESS_TIMELINE, PROPOSALS, is_reserved
from projections.answers.access import Grant
from projections.queries.access import KeptKey
from service.access.principal import Principal
from service.access.reach import Reach
from service.access.roles import RIGHTS, SERVICE_RIGHTS, Right, rights_of

__all__ = ["Policy"]

_BIT: Final[Mapping[Right, int]] = {right: 1 << n for n, right in enumerate(RIGHTS)}
_SERVICE: Final = sum(_BIT[right] for right in SERVICE_RIGHTS)
_MOST_HELD: Final = 1_000
"""Principals whose rights are cached."""
_MOST_DECIDED: Final = 4_096
"""Decisions that are cached."""


class _Held:
    """What one principal may do: rights as bits, by timeline and by prefix."""

    __slots__ = ("_lengths", "_named", "_prefixed", "grants", "on_service", "readable")

    def __init__(self, grants: Iterable[Grant]) -> None:
        self.grants = tuple(grants)
        self.on_service = 0
        self.readable: Reach | None = None
        self._named: dict[str, int] = defaultdict(int)
        self._prefixed: dict[str, int] = defaultdict(int)
        for grant in self.grants:
            bits = sum(_BIT[right] for right in rights_of(grant.role, grant.timelines))
            self.on_service |= bits & _SERVICE
            if grant.timelines.endswith("*"):
                self._prefixed[grant.timelines[:-1]] |= bits
            else:
                self._named[grant.timelines] |= bits
        self._lengths = tuple(sorted({*map(len, self._prefixed)}))

    def on(self, timeline: str) -> int:
        """The rights on a timeline that is not reserved, as bits."""
        bits = self._named.get(timeline, 0)
        for length in self._lengths:
            bits |= self._prefixed.get(timeline[:length], 0)
        return bits


class Policy:
    """What the given grants allow, and which keys there are. `revision` is the revision of
    `_access` whose state this is."""

    def __init__(
        self, grants: Iterable[Grant] = (), keys: Iterable[KeptKey] = (), revision: int = 0
    ) -> None:
        self.revision = revision
        self.grants = tuple(grants)
        by_holder: dict[str, list[Grant]] = defaultdict(list)
        for grant in self.grants:
            by_holder[grant.to].append(grant)
        self._by_holder = dict(by_holder)
        self._held: dict[Principal, _Held] = {}
        self._decided: dict[tuple[Principal, Right, str | None], bool] = {}
        self.keys: Mapping[str, KeptKey] = {kept.key.id: kept for kept in keys}
        """The stored part of each key, by the key's id."""
        self.keys_by_name: Mapping[str, KeptKey] = {k.key.name: k for k in self.keys.values()}

    def allows(self, principal: Principal, right: Right, timeline: str | None = None) -> bool:
        """Whether the principal has the right on the timeline, which need not exist. `manage` and
        `operate` are rights to the whole service, whatever `timeline` is; all others are rights on
        a timeline, so nobody has them on None."""
        asked = (principal, right, timeline)
        decided = self._decided.get(asked)
        if decided is None:
            decided = self._decide(principal, right, timeline)
            if len(self._decided) >= _MOST_DECIDED:
                self._decided.clear()
            self._decided[asked] = decided
        return decided

    def _decide(self, principal: Principal, right: Right, timeline: str | None) -> bool:
        bit = _BIT[right]
        held = self._held.get(principal) or self._hold(principal)
        if bit & _SERVICE:
            return bool(held.on_service & bit)
        if timeline is None:
            return False
        if not is_reserved(timeline):
            return bool(held.on(timeline) & bit)
        if right != "read":
            return False
        if timeline == ACCESS_TIMELINE:
            return self.allows(principal, "manage")
        if timeline.startswith(PROPOSALS):
            about = timeline.removeprefix(PROPOSALS)
            return not is_reserved(about) and self.allows(principal, "review", about)
        return False

    def granting(
        self, principal: Principal, right: Right, timeline: str | None = None
    ) -> tuple[Grant, ...]:
        """The grants from which the right follows, in the order in which they were given; empty if
        the principal does not have it."""
        wanted, about = right, timeline
        if right not in SERVICE_RIGHTS and timeline is not None and is_reserved(timeline):
            if right != "read":
                return ()
            wanted, about = _behind(timeline)
        found = [
            grant
            for grant in self.giving(principal, wanted)
            if wanted in SERVICE_RIGHTS or _matches(grant.timelines, about)
        ]
        return tuple(sorted(found, key=lambda grant: grant.revision))

    def held_by(self, principal: Principal) -> tuple[Grant, ...]:
        """Every grant that counts for the principal."""
        return (self._held.get(principal) or self._hold(principal)).grants

    def _hold(self, principal: Principal) -> _Held:
        """What the principal holds, cached."""
        if len(self._held) >= _MOST_HELD:
            self._held.clear()
        grants = (self._by_holder.get(name, ()) for name in principal.holders)
        held = self._held[principal] = _Held(chain.from_iterable(grants))
        return held

    def readable(self, principal: Principal) -> Reach:
        """The timelines that the principal may read, reserved ones included."""
        held = self._held.get(principal) or self._hold(principal)
        if held.readable is None:
            held.readable = self._readable(principal)
        return held.readable

    def _readable(self, principal: Principal) -> Reach:
        patterns = [grant.timelines for grant in self.giving(principal, "read")]
        reviewed = [grant.timelines for grant in self.giving(principal, "review")]
        patterns += [PROPOSALS + pattern for pattern in reviewed]
        if self.allows(principal, "manage"):
            patterns.append(ACCESS_TIMELINE)
        return Reach.of(patterns)

    def giving(self, principal: Principal, right: Right) -> list[Grant]:
        """The grants that give the principal the right, each on its own timelines."""
        return [
            grant
            for grant in self.held_by(principal)
            if right in rights_of(grant.role, grant.timelines)
        ]


def _behind(timeline: str) -> tuple[Right, str | None]:
    """The right, and on which timeline, that allows reading a reserved timeline."""
    if timeline.startswith(PROPOSALS):
        return "review", timeline.removeprefix(PROPOSALS)
    return ("manage", None) if timeline == ACCESS_TIMELINE else ("read", None)


def _matches(pattern: str, timeline: str | None) -> bool:
    """Whether the pattern matches the timeline, which is not a reserved one."""
    if timeline is None or is_reserved(timeline):
        return False
    return timeline.startswith(pattern[:-1]) if pattern.endswith("*") else timeline == pattern

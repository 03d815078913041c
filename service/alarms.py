"""What the audit warns of, and what it is asked by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec import Struct

from events.examination import Finding
from projections.ledger import Ledger
from service.signed_heads import SignedHeads
from service.signed_state import SignedHead

__all__ = ["Alarm", "AuditHealth", "Auditing"]


class Alarm(Struct, frozen=True):
    """A timeline that is signed no more, and the first revision that is not what it should be."""

    timeline: str
    revision: int
    reason: str

    @classmethod
    def of(cls, finding: Finding) -> Alarm:
        return cls(*finding)


class AuditHealth(Struct, frozen=True):
    """`signs`: this service has the key; else it compares. `alarms` stay until an operator acts."""

    signs: bool
    alarms: list[Alarm]


class Auditing(NamedTuple):
    """What the handlers are given. `keys` tells what a timeline's checkpoints are verified with;
    `signs`: this service has the signing key."""

    ledger: Ledger
    heads: SignedHeads
    keys: Callable[[str], Sequence[str]]
    signs: bool

    def head(self, timeline: str) -> SignedHead | None:
        return self.heads.head(timeline)

    def alarms(self) -> list[Alarm]:
        return [Alarm.of(finding) for _, finding in sorted(self.heads.alarms.items())]

    def health(self) -> AuditHealth:
        return AuditHealth(self.signs, self.alarms())

"""What the audit warns of, and what it is asked by."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from events.examination import Finding
from projections.ledger import Ledger
from service.signed_state import SignedHead
from service.signer import Signer

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
    """`signs`: this service has the key. `alarms` stay until an operator acts."""

    signs: bool
    alarms: list[Alarm]


class Auditing(NamedTuple):
    """What the handlers are given. `signer` is None where this service has no signing key."""

    ledger: Ledger
    signer: Signer | None

    def head(self, timeline: str) -> SignedHead | None:
        return None if self.signer is None else self.signer.head(timeline)

    def alarms(self) -> list[Alarm]:
        if self.signer is None:
            return [Alarm(*fault) for fault in self.ledger.faults()]
        return [Alarm.of(finding) for _, finding in sorted(self.signer.alarms.items())]

    def health(self) -> AuditHealth:
        return AuditHealth(self.signer is not None, self.alarms())

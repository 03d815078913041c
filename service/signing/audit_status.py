"""The status of the audit: its alarms, and whether events get signed."""

from __future__ import annotations

from msgspec import Struct

from events.audit.examination import Finding
from service.signing.watch import SigningHealth

__all__ = ["Alarm", "AuditStatus", "AuditorState"]


class Alarm(Struct, frozen=True):
    """A timeline whose log differs from what was signed, and its first revision that differs."""

    timeline: str
    revision: int
    reason: str

    @classmethod
    def of(cls, finding: Finding) -> Alarm:
        return cls(*finding)


class AuditorState(Struct, frozen=True):
    """The state of the signer or the witness. `late`: an event has waited for more than a minute
    for its checkpoint. `verifiers`: the public keys that it signs with, the current one first; none
    if it does not sign."""

    late: bool
    signing: SigningHealth
    verifiers: list[bytes]


class AuditStatus(Struct, frozen=True):
    """`signing`: whether recorded events get signed, null for a caller who may not operate the
    service. `alarms` are those of timelines that the caller may read; to a caller who may operate
    the service, all. They stay until an operator acts."""

    signing: SigningHealth | None
    alarms: list[Alarm]

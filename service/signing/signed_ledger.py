"""The ledger together with its signed heads, as request handlers use it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from events.tlog.checkpoint import origin_of
from events.tlog.note import VerifierKey
from projections.ledger.ledger import Ledger
from service.datafolder.signed_state import SignedHead
from service.signing.audit_status import Alarm, AuditorState, AuditStatus
from service.signing.heads import ShownHeads

__all__ = ["AsksAuditor", "SignedLedger"]

_PATIENCE: Final = 5.0
"""Seconds that an answer waits for a signed checkpoint."""


class AsksAuditor(Protocol):
    """Asks the signer or the witness, which may be in another process."""

    async def audit(self) -> AuditorState:
        """Its state now; the last known state if it does not answer."""


class SignedLedger(NamedTuple):
    """The leaf hashes of every timeline, their signed heads, and the object that asks the signer or
    the witness. `origin` is the beginning of the names of the keys."""

    ledger: Ledger
    heads: ShownHeads
    auditor: AsksAuditor
    origin: str

    def head(self, timeline: str) -> SignedHead | None:
        return self.heads.head(timeline)

    async def covered(self, timeline: str, revision: int, *, now: bool = False) -> str:
        """The value of `Onrecord-Checkpoint`: the size of a signed head that covers the revision,
        as soon as there is one. If there is none after some seconds, or at once if the caller wants
        it `now`, the value is `pending`."""
        size = await self.heads.covered(timeline, revision, 0.0 if now else _PATIENCE)
        return "pending" if size is None else str(size)

    async def keys(self, timeline: str) -> Sequence[str]:
        """The verifier keys of the timeline's checkpoints, the current key first."""
        state = await self.auditor.audit()
        if not state.verifiers:
            return self.heads.keys(timeline)
        name = origin_of(self.origin, timeline)
        return [str(VerifierKey(name, public)) for public in state.verifiers]

    def alarms(self) -> list[Alarm]:
        return [Alarm.of(finding) for _, finding in sorted(self.heads.alarms.items())]

    async def status(self) -> tuple[AuditStatus, bool]:
        """The current state, and whether all is well: there is no alarm, and nothing waits long for
        a checkpoint."""
        state = await self.auditor.audit()
        return AuditStatus(state.signing, self.alarms()), not self.heads.alarms and not state.late

"""The latest signed head of each timeline, as callers are shown it, and the alarms; whoever waits
for one is told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from events.examination import Finding, Head
from service.signed_state import SignedHead, SignedState, SignedStateError

__all__ = ["SignedHeads"]

_log = structlog.get_logger("onrecord.audit")


class SignedHeads:
    """What `state` keeps, shown: nothing is shown that is not kept durably. `consequence` is what
    an alarm brings about, as its log line tells it."""

    def __init__(self, state: SignedState, consequence: str) -> None:
        self._state = state
        self._consequence: Final = consequence
        self._shown: Mapping[str, SignedHead] = dict(state.heads)
        self._changed = asyncio.Condition()

    @property
    def is_lost(self) -> bool:
        """Whether the state that must be there is not, or is another log's."""
        return self._state.is_lost

    @property
    def alarms(self) -> Mapping[str, Finding]:
        """By timeline, what is wrong with it; until an operator acts."""
        return self._state.alarms

    def all(self) -> Mapping[str, SignedHead]:
        """The latest head of each timeline."""
        return self._shown

    def head(self, timeline: str) -> SignedHead | None:
        """The latest of the timeline; None before the first."""
        return self._shown.get(timeline)

    def heads(self) -> Mapping[str, Head]:
        """Size and root of each timeline's."""
        return {timeline: signed.head for timeline, signed in self._shown.items()}

    async def covered(self, timeline: str, revision: int, limit: float) -> int | None:
        """The size of a signed head that covers the revision, once there is one; None where there
        is none after `limit` seconds, or never will be."""

        def is_over() -> bool:
            head = self.head(timeline)
            return (head is not None and head.size >= revision) or timeline in self.alarms

        async with self._changed:
            try:
                async with asyncio.timeout(limit):
                    await self._changed.wait_for(is_over)
            except TimeoutError:
                return None
        head = self.head(timeline)
        return head.size if head is not None and head.size >= revision else None

    async def keep(self, new: Mapping[str, SignedHead]) -> None:
        """Keep these, then show them. Raises SignedStateError; then none is shown."""
        await asyncio.to_thread(self._state.sign, new)
        async with self._changed:
            self._shown = {**self._shown, **new}
            self._changed.notify_all()

    async def alarm(self, findings: Mapping[str, Finding]) -> None:
        """Raise the alarms that are not up yet, and keep them."""
        new = {name: finding for name, finding in findings.items() if name not in self.alarms}
        if not new:
            return
        for finding in new.values():
            _log.critical(
                f"audit alarm: {self._consequence}",
                timeline=finding.timeline,
                revision=finding.revision,
                reason=finding.reason,
            )
        try:
            self._state.alarm(new)
        except SignedStateError as error:
            _log.error("the alarm is not kept", reason=str(error))
        async with self._changed:
            self._changed.notify_all()

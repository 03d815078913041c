"""The latest signed head of each timeline, as callers see it, and the alarms. Wakes tasks that wait
for a head."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog

from events.audit.examination import Finding
from events.tlog.merkle import TreeHead
from service.datafolder.signed_state import SignedHead, SignedState, SignedStateError

__all__ = ["ShownHeads", "SignedHeads"]

_log = structlog.get_logger("onrecord.audit")


class ShownHeads:
    """The latest signed head of each timeline and the alarms, as callers are shown them."""

    def __init__(self, heads: Mapping[str, SignedHead], alarms: Mapping[str, Finding]) -> None:
        self._shown = dict(heads)
        self._alarms = dict(alarms)
        self._changed = asyncio.Condition()
        self.on_alarm: list[Callable[[Mapping[str, Finding]], None]] = []
        """Called with the new alarms."""

    @property
    def alarms(self) -> Mapping[str, Finding]:
        """What is wrong, by timeline, until an operator acts."""
        return self._alarms

    def all(self) -> Mapping[str, SignedHead]:
        """The latest head of each timeline."""
        return self._shown

    def head(self, timeline: str) -> SignedHead | None:
        """The latest signed head of the timeline; None before the first."""
        return self._shown.get(timeline)

    def size(self, timeline: str) -> int:
        """How many events the timeline's latest head covers; 0 before the first."""
        head = self.head(timeline)
        return 0 if head is None else head.size

    def keys(self, timeline: str) -> Sequence[str]:
        """The keys that signed the timeline's latest head; empty before the first."""
        head = self.head(timeline)
        return () if head is None else head.keys

    def heads(self) -> Mapping[str, TreeHead]:
        """Size and root of each timeline's latest head."""
        return {timeline: signed.head for timeline, signed in self._shown.items()}

    async def covered(self, timeline: str, revision: int, limit: float) -> int | None:
        """The size of a signed head that covers the revision, as soon as there is one; None if
        there is none after `limit` seconds, or never will be."""

        def is_over() -> bool:
            return self.size(timeline) >= revision or timeline in self.alarms

        async with self._changed:
            try:
                async with asyncio.timeout(limit):
                    await self._changed.wait_for(is_over)
            except TimeoutError:
                return None
        size = self.size(timeline)
        return size if size >= revision else None

    async def show(self, new: Mapping[str, SignedHead]) -> None:
        """Show these heads from now on."""
        async with self._changed:
            self._shown.update(new)
            self._changed.notify_all()

    async def warn(self, new: Mapping[str, Finding]) -> None:
        """Show these alarms from now on."""
        async with self._changed:
            self._alarms.update(new)
            self._changed.notify_all()
        if new:
            for tell in self.on_alarm:
                tell(new)


class SignedHeads(ShownHeads):
    """Shows what `state` stores: a head is shown only once it is stored durably. `consequence` is
    what an alarm causes, for its log line. `on_shown` is called with the new heads."""

    def __init__(self, state: SignedState, consequence: str) -> None:
        super().__init__(state.heads, state.alarms)
        self._state = state
        self._consequence: Final = consequence
        self.on_shown: list[Callable[[Mapping[str, SignedHead]], None]] = []

    @property
    def is_lost(self) -> bool:
        """Whether the state is missing though it must exist, or is another log's."""
        return self._state.is_lost

    async def keep(self, new: Mapping[str, SignedHead]) -> None:
        """Store these heads durably, then show them. Raises SignedStateError; then none is
        shown."""
        await asyncio.to_thread(self._state.sign, new)
        await self.show(new)
        for tell in self.on_shown:
            tell(new)

    async def alarm(self, findings: Mapping[str, Finding]) -> None:
        """Raise and store alarms for those findings whose timelines have none yet."""
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
        await self.warn(new)

"""Following the policy: makes what is folded of `_access` the policy of this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import structlog

from events.audit.examination import Finding
from events.errors import Damaged, LogError, QueryTooLong
from events.log.contract import Log, partition_of
from events.statement.timeline_names import ACCESS_TIMELINE
from projections.attempts import Attempts
from projections.progress import Progress
from projections.queries.access import grants_at, keys_at
from projections.queries.timelines import timeline_at
from projections.storage.read_model import ReadModel
from service.access.access import Access
from service.access.policy import Policy

__all__ = ["PolicyFollower"]

_log = structlog.get_logger("onrecord.access")

_NOWHERE: Final = 2**63


class PolicyFollower:
    """Keeps the policy of `access` in step with what the read model has of `_access`.

    An old policy could allow what was revoked since, so no policy is safer. While the read model is
    filled for the first time, there is no policy until `_access` is folded up to the revision that
    it had at the start. While it is filled again, the policy stays. If an event of `_access` cannot
    be folded, or an alarm reports one, the policy is that of the revision before it. An alarm that
    blames no event changes nothing.
    """

    def __init__(
        self,
        access: Access,
        log: Log,
        read_model: ReadModel,
        progress: Progress,
        alarms: Callable[[], Mapping[str, Finding]],
    ) -> None:
        """`alarms` returns the current alarms, by timeline."""
        self._access = access
        self._log = log
        self._read_model = read_model
        self._progress = progress
        self._alarms = alarms
        self._partition = partition_of(ACCESS_TIMELINE, log.identity.partitions)
        self._due = _NOWHERE
        """The revision that `_access` had when the follower began."""
        self._told: Finding | None = None
        self._beginning: asyncio.Task[None] | None = None
        self.on_change: list[Callable[[], None]] = []
        """Called when there is a new policy."""
        progress.on_folded.append(self._folded)
        progress.on_reset.append(self._begin_again)

    async def begin(self) -> None:
        """Use the current policy, as soon as the read model has it. Raises LogError."""
        self._due = await self._log.revision(ACCESS_TIMELINE)
        self.refresh()

    def refresh(self) -> None:
        """Use the current policy, if it is a new one."""
        alarm = self._alarms().get(ACCESS_TIMELINE)
        try:
            policy = self._policy(alarm)
        except (Damaged, QueryTooLong) as error:
            _log.error("the policy cannot be read; the last one stays in force", reason=str(error))
            return
        if policy is None:
            return
        if alarm is not None and alarm != self._told:
            self._told = alarm
            _log.critical(
                "keys and grants stay as they were before the event that an alarm reports",
                revision=alarm.revision,
                reason=alarm.reason,
            )
        self._access.decide_by(policy)
        for tell in self.on_change:
            tell()

    async def close(self) -> None:
        if self._beginning is not None:
            self._beginning.cancel()
            await asyncio.wait({self._beginning})

    def _policy(self, alarm: Finding | None) -> Policy | None:
        """The current policy; None if it is unknown, or already in use."""
        reader = self._read_model.reader_of(ACCESS_TIMELINE)
        ref = timeline_at(reader, ACCESS_TIMELINE)
        if ref is None:
            return None
        sound = None if alarm is None else alarm.sound
        last = _NOWHERE if sound is None else sound
        revision = min(ref.revision, last)
        held = self._access.policy.revision if self._access.is_ready else -1
        is_whole = revision >= min(max(self._due, held), last) or ref.stalled_at is not None
        if not is_whole or revision == held:
            return None
        with reader.steady():
            grants = grants_at(reader, ref, revision)
            return Policy(grants, keys_at(reader, ref, revision), revision)

    def _folded(self, folded: Mapping[str, int]) -> None:
        if ACCESS_TIMELINE in folded or not self._access.is_ready:
            self.refresh()

    def _begin_again(self, partition: int) -> None:
        """Drop the policy if another history has taken over the partition of `_access`: its grants
        are void."""
        if partition != self._partition:
            return
        self._access.forget()
        self._due = _NOWHERE

        def report(error: Exception) -> None:
            _log.warning("keys and grants are not known yet", reason=str(error))

        if self._beginning is not None:
            self._beginning.cancel()
        attempts = Attempts((LogError,), report).until_done(self.begin)
        self._beginning = asyncio.create_task(attempts, name="policy")

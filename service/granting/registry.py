"""The registry: changes keys and grants, and answers questions about them, over HTTP or beside
it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID, uuid5

from msgspec import UNSET, structs

from events.audit.examination import Finding
from events.edtf.timestamp import parse_rfc3339
from events.errors import Fault, InvalidInput, Lagging, Stalled, Unknown
from events.event.types import GrantTaken, KeyIssued, KeyRevoked
from events.statement.timeline_names import ACCESS_TIMELINE
from projections.answers.access import IssuedKey
from projections.progress import Progress
from projections.queries.access import grants_at, keys_at
from projections.queries.timelines import shown_time, timeline_at
from projections.storage.read_model import ReadModel
from service.access.policy import Policy
from service.access.principal import Principal
from service.access.roles import Right
from service.access.secret import Secret
from service.clock import Clock, IdMaker
from service.granting.why import explain_right
from service.messages.access import GivenGrant, GrantBody, GrantsPage, KeyBody, NewKey, Why
from service.messages.write_results import Recorded
from service.reading.moment import Instant, Moment, moment_at
from service.writing.execution.command import Caller, Command, CommandResult
from service.writing.execution.commands import Commands

__all__ = ["Registry"]

_NAMESPACE = UUID("8c1f5a53-4c0f-5b0e-b8d3-1f4d7f6c9e21")


class Registry(NamedTuple):
    """Changes keys and grants, and answers questions about them. `alarms` returns the current
    alarms, by timeline. Every change raises the refusals of the rules, and what a write raises;
    Stalled while `_access` differs from what was recorded."""

    commands: Commands
    read_model: ReadModel
    progress: Progress
    ids: IdMaker
    clock: Clock
    alarms: Callable[[], Mapping[str, Finding]]

    async def issue_key(self, body: KeyBody, caller: Caller) -> NewKey:
        """Issue a key. Raises InvalidInput if its expiry is in the past."""
        if body.expires is not None and parse_rfc3339(body.expires) <= self.clock():
            raise InvalidInput([Fault("/expires", "That time is in the past.")])
        secret = Secret.make()
        event = KeyIssued(name=body.name, id=secret.id, sha256=secret.sha256, expires=body.expires)
        result = await self._change(Command(body.name, event), caller)
        revision, dry_run = result.items[0].revision, caller.dry_run or UNSET
        key = "" if caller.dry_run else secret.reveal()
        return NewKey(secret.id, body.name, body.expires, key, caller.author, revision, dry_run)

    async def revoke_key(self, name: str, reason: str, caller: Caller) -> Recorded:
        """Revoke the key of that name."""
        result = await self._change(Command(name, KeyRevoked(reason=reason)), caller)
        return structs.replace(result.items[0], dry_run=caller.dry_run or UNSET)

    async def give_grant(self, body: GrantBody, caller: Caller) -> tuple[GivenGrant, bool]:
        """Give a grant. Returns the grant, and whether it is new. With the same Idempotency-Key it
        is given once."""
        id_ = self.ids() if caller.key is None else str(uuid5(_NAMESPACE, caller.key))
        event = body.event()
        result = await self._change(Command(id_, event), caller)
        revision, is_new = result.items[0].revision, not result.items[0].duplicate
        if caller.dry_run and is_new:
            now = shown_time(self.clock())
            granted = (event.to, event.role, event.timelines)
            return GivenGrant(id_, *granted, caller.author, revision, now, dry_run=True), True
        await self.progress.wait_for(ACCESS_TIMELINE, revision)
        found = self.grants(revision).items
        given = structs.asdict(next(grant for grant in found if grant.id == id_))
        return GivenGrant(**given, dry_run=caller.dry_run or UNSET), is_new

    async def take_grant(self, id: str, reason: str, caller: Caller) -> Recorded:  # noqa: A002 - the API's own word for it
        """Take the grant of that id."""
        result = await self._change(Command(id, GrantTaken(reason=reason)), caller)
        return structs.replace(result.items[0], dry_run=caller.dry_run or UNSET)

    def keys(self) -> list[IssuedKey]:
        """Every key that was issued, revoked ones included."""
        moment = self._moment(None)
        reader = self.read_model.reader_of(ACCESS_TIMELINE)
        return [kept.key for kept in keys_at(reader, moment.ref, moment.revision)]

    def grants(self, point: int | Instant | None = None) -> GrantsPage:
        """The grants that are valid now, or were valid at that revision or time. Raises
        InvalidInput, Unknown."""
        moment = self._moment(point)
        reader = self.read_model.reader_of(ACCESS_TIMELINE)
        return GrantsPage(grants_at(reader, moment.ref, moment.revision), moment.as_of)

    def why(
        self,
        principal: Principal,
        right: Right,
        timeline: str | None,
        point: int | Instant | None = None,
    ) -> Why:
        """Whether the principal has, or had, the right. Raises InvalidInput, Unknown."""
        moment = self._moment(point)
        reader = self.read_model.reader_of(ACCESS_TIMELINE)
        grants = grants_at(reader, moment.ref, moment.revision)
        policy = Policy(grants, keys_at(reader, moment.ref, moment.revision), moment.revision)
        return explain_right(policy, principal, right, timeline, self._time_of(moment, point))

    def _time_of(self, moment: Moment, point: int | Instant | None) -> int:
        """The time of the moment in microseconds since 1970."""
        if isinstance(point, Instant):
            return min(point.microseconds, self.clock())
        return self.clock() if moment.as_of is None else parse_rfc3339(moment.as_of.recorded_at)

    def _moment(self, point: int | Instant | None) -> Moment:
        """`_access` at that moment. If an alarm is raised about it, the events from the first bad
        one on are left out."""
        reader = self.read_model.reader_of(ACCESS_TIMELINE)
        ref = timeline_at(reader, ACCESS_TIMELINE)
        if ref is None:
            raise Unknown("timeline", ACCESS_TIMELINE)
        alarm = self.alarms().get(ACCESS_TIMELINE)
        if alarm is not None and alarm.sound is not None:
            ref = ref._replace(revision=min(ref.revision, alarm.sound))
        return moment_at(reader, ref, point)

    async def _change(self, command: Command, caller: Caller) -> CommandResult:
        alarm = self.alarms().get(ACCESS_TIMELINE)
        if alarm is not None:
            raise Stalled(ACCESS_TIMELINE, alarm.revision, alarm.reason)
        result = await self.commands.execute(ACCESS_TIMELINE, command, caller)
        if caller.dry_run:
            return result
        # It is recorded, and takes effect once it is folded: the caller does not wait longer.
        with suppress(Lagging, Stalled):
            await self.progress.wait_for(ACCESS_TIMELINE, result.revision)
        return result

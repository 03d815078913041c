"""The policy of a process follows what is folded of `_access`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from events.audit.examination import Finding
from events.errors import Lagging, LogUnavailable
from events.event.types import GrantGiven, GrantTaken, KeyIssued
from events.log.contract import partition_of
from service.access.access import Access
from service.access.following import PolicyFollower
from service.access.policy import Policy
from service.access.principal import EVERYONE, Principal
from service.access.secret import Secret
from service.granting.founding import found_access
from tests.writers import CODEC, Writer, open_writer

DESK = Principal("key:desk", author="desk")
GIVEN = GrantGiven(to="key:desk", role="writer", timelines="desk-*")


@asynccontextmanager
async def following(
    writer: Writer, alarms: dict[str, Finding] | None = None
) -> AsyncIterator[tuple[Access, PolicyFollower]]:
    access = Access(lambda: 0)
    alarms = {} if alarms is None else alarms
    parts = (writer.log, writer.read_model, writer.projector.progress)
    follower = PolicyFollower(access, *parts, lambda: alarms)
    try:
        yield access, follower
    finally:
        await follower.close()


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    async with open_writer(tmp_path) as opened:
        await found_access(opened.log, CODEC, bytes, tmp_path, everyone_reads=True)
        await opened.projector.progress.wait_for("_access", 4)
        yield opened._replace(timeline="_access")


async def test_before_anything_is_known_nobody_is_told_who_they_are(writer: Writer) -> None:
    """Until the read model has `_access`, a request is to come again, with a key or without."""
    async with following(writer) as (access, follower):
        assert not access.policy.allows(EVERYONE, "read", "kursk")
        for sent in (None, f"Bearer {Secret.make().reveal()}"):
            with pytest.raises(Lagging):
                access.principal_of(sent)
        await follower.begin()
        assert access.principal_of(None) == EVERYONE
        assert access.policy.allows(EVERYONE, "read", "kursk")


async def test_what_is_granted_and_taken_holds_once_it_is_folded(writer: Writer) -> None:
    """A grant holds when the fold has it, a key opens, and a grant that is taken is gone."""
    secret = Secret.make()
    async with following(writer) as (access, follower):
        await follower.begin()
        await writer.do("desk", KeyIssued(name="desk", id=secret.id, sha256=secret.sha256))
        given = await writer.do("g", GIVEN)
        await writer.projector.progress.wait_for("_access", given.revision)
        assert access.principal_of(f"Bearer {secret.reveal()}") == DESK
        assert access.policy.allows(DESK, "write", "desk-a")
        taken = await writer.do("g", GrantTaken(reason="over"))
        await writer.projector.progress.wait_for("_access", taken.revision)
        assert not access.policy.allows(DESK, "write", "desk-a")
        assert access.policy.revision == taken.revision


async def test_a_read_model_that_is_being_filled_gives_no_earlier_policy(
    writer: Writer, tmp_path: Path
) -> None:
    """A grant that was taken later does not come back while its taking is not folded again."""
    await writer.do("g", GIVEN)
    await writer.do("g", GrantTaken(reason="over"))
    async with open_writer(tmp_path / "other", writer.log) as other:
        seen: list[int] = []
        async with following(other) as (access, follower):
            await follower.begin()
            follower.on_change.append(lambda: seen.append(access.policy.revision))
            follower.refresh()
            await other.projector.progress.wait_for("_access", 6)
            assert seen == [6]


async def test_a_read_model_that_is_filled_again_takes_nothing_back(writer: Writer) -> None:
    """While a damaged file is mended, the policy stays what it was at the last revision."""
    async with following(writer) as (access, follower):
        await follower.begin()
        latest = Policy(revision=access.policy.revision + 1)
        access.decide_by(latest)
        follower.refresh()
        assert access.policy is latest


async def test_an_alarm_takes_back_what_came_after_it(writer: Writer) -> None:
    """What stood before the event that an alarm is about holds, and nothing behind it."""
    alarms: dict[str, Finding] = {}
    async with following(writer, alarms) as (access, follower):
        given = await writer.do("g", GIVEN)
        await writer.projector.progress.wait_for("_access", given.revision)
        await follower.begin()
        assert access.policy.allows(DESK, "write", "desk-a")
        alarms["_access"] = Finding("_access", given.revision, "differs")
        follower.refresh()
        assert not access.policy.allows(DESK, "write", "desk-a")
        assert access.policy.allows(EVERYONE, "read", "kursk")
        alarms["_access"] = Finding("_access", 1, "differs")
        follower.refresh()
        assert not access.policy.allows(EVERYONE, "read", "kursk")


async def test_another_history_has_its_own_policy(writer: Writer) -> None:
    """When the log is replaced, what the other one granted is forgotten at once, and the new one's
    grants hold as soon as they are known."""
    async with following(writer) as (access, follower):
        await follower.begin()
        changed = asyncio.Event()
        follower.on_change.append(changed.set)
        for reset in writer.projector.progress.on_reset:
            reset(partition_of("_access", writer.log.identity.partitions))
        assert not access.is_ready
        assert not access.policy.allows(EVERYONE, "read", "kursk")
        await asyncio.wait_for(changed.wait(), 30)
        assert access.policy.allows(EVERYONE, "read", "kursk")


async def test_histories_that_take_over_soon_after_each_other_leave_no_task(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the log is away, each of them would be asked for its head for ever."""

    async def away(_: str) -> NoReturn:
        raise LogUnavailable("It is away.")

    monkeypatch.setattr(writer.log, "revision", away)
    async with following(writer):
        for reset in writer.projector.progress.on_reset * 3:
            reset(0)
        await asyncio.sleep(0)  # noqa: TID251 - lets them begin
    assert [task for task in asyncio.all_tasks() if task.get_name() == "policy"] == []

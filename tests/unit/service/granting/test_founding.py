"""The first events of `_access`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from events.errors import LogUnavailable, OutcomeUnknown
from events.event.codec import RecordedEvent
from events.event.types import GrantGiven, KeyIssued, TimelineOpened
from service.access.secret import Secret
from service.datafolder.owner_key import OwnerKeyError
from service.granting.founding import found_access
from tests.writers import CODEC, Meddled


async def found(log: Meddled, folder: Path, *, everyone_reads: bool = True) -> None:
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240 - a folder of the test
    await found_access(log, CODEC, bytes, folder, everyone_reads=everyone_reads)


async def events_of(log: Meddled) -> list[RecordedEvent]:
    found = []
    for partition in range(log.identity.partitions):
        found += [CODEC.open(entry) for entry in await log.read(partition, 0, 100)]
    return [event for event in found if event.header.timeline == "_access"]


async def keys_of(log: Meddled) -> list[str]:
    """The hashes of the keys that were issued."""
    events = [event for _, _, event in await events_of(log)]
    return [event.sha256 for event in events if isinstance(event, KeyIssued)]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def key_of(folder: Path) -> Secret:
    secret = Secret.read((folder / "owner.key").read_text().strip())
    assert secret is not None
    return secret


@pytest.mark.parametrize("everyone_reads", [True, False])
async def test_the_first_start_makes_the_owner(tmp_path: Path, everyone_reads: bool) -> None:
    """One key that may do everything, in the folder and as a hash in the log; everyone may read
    only where that was said."""
    log = Meddled()
    await found(log, tmp_path, everyone_reads=everyone_reads)
    events = await events_of(log)
    opened, issued, *grants = [event for _, _, event in events]
    assert isinstance(opened, TimelineOpened)
    assert isinstance(issued, KeyIssued)
    assert (issued.name, issued.sha256) == ("owner", key_of(tmp_path).sha256)
    wanted = [GrantGiven(to="key:owner", role="admin", timelines="*")]
    if everyone_reads:
        wanted.append(GrantGiven(to="everyone", role="reader", timelines="*"))
    assert grants == wanted
    assert names(tmp_path) == ["owner.key"]
    assert [header.revision for _, header, _ in events] == [*range(1, len(events) + 1)]


async def test_a_later_start_changes_nothing(tmp_path: Path) -> None:
    """The key and the events stay what they are, wherever the service listens."""
    log = Meddled()
    await found(log, tmp_path, everyone_reads=False)
    key = key_of(tmp_path)
    await found(log, tmp_path)
    assert key_of(tmp_path).sha256 == key.sha256
    assert len(await events_of(log)) == 3


async def test_of_two_hosts_one_makes_the_owner(tmp_path: Path) -> None:
    """Both start on one log at the same time: one has the key, the other keeps no file."""
    log = Meddled()
    one, other = tmp_path / "one", tmp_path / "other"
    await asyncio.gather(found(log, one), found(log, other))
    assert len(await keys_of(log)) == 1
    assert sorted([*names(one), *names(other)]) == ["owner.key"]


async def crash(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("error", [LogUnavailable("away"), OutcomeUnknown("who knows")])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_what_a_crash_leaves_is_taken_up(tmp_path: Path, when: str, error: Exception) -> None:
    """Whether the append was written or not when the process ended, the next start ends with one
    owner, whose key is in the folder."""
    log = Meddled()
    around: list[Callable[[], Awaitable[object]]] = getattr(log, when)
    around.append(lambda: crash(error))
    with pytest.raises(type(error)):
        await found(log, tmp_path)
    assert names(tmp_path) == ["owner.key.new"]
    await found(log, tmp_path)
    assert names(tmp_path) == ["owner.key"]
    assert await keys_of(log) == [key_of(tmp_path).sha256]


async def test_the_key_of_a_lost_race_is_removed_at_the_next_start(tmp_path: Path) -> None:
    """A host that crashed before it saw that another was first keeps no key that opens nothing."""
    log = Meddled()
    log.before.append(lambda: crash(LogUnavailable("away")))
    with pytest.raises(LogUnavailable):
        await found(log, tmp_path / "one")
    await found(log, tmp_path / "other")
    await found(log, tmp_path / "one")
    assert names(tmp_path / "one") == []


async def test_a_folder_with_a_key_keeps_it_for_a_new_log(tmp_path: Path) -> None:
    """Where the log was replaced by an empty one, the owner's key is the owner's there too."""
    await found(Meddled(), tmp_path)
    key = key_of(tmp_path)
    another = Meddled()
    await found(another, tmp_path)
    assert await keys_of(another) == [key.sha256]
    assert names(tmp_path) == ["owner.key"]


async def test_what_is_no_key_is_not_used(tmp_path: Path) -> None:
    """A file of another content is the operator's matter, and nothing is written."""
    (tmp_path / "owner.key").write_text("hello\n")
    (tmp_path / "owner.key").chmod(0o600)
    log = Meddled()
    with pytest.raises(OwnerKeyError, match="does not hold an API key"):
        await found(log, tmp_path)
    assert await events_of(log) == []

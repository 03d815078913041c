"""What an import in the background may do, which is asked again for each of its arrays."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from events.errors import Forbidden
from service.access.principal import Principal
from service.interchange.imports.serving import service_target
from service.interchange.imports.serving.service_target import ServiceTarget
from service.reading.read_side import ReadSide
from tests.granted import Granted
from tests.writers import Writer, open_writer

ROW = {"put": {"id": "a", "kind": "claim", "text": "It rained.", "said": {"by": "A", "on": None}}}


async def target_of(writer: Writer, granted: Granted) -> ServiceTarget:
    """That of an import which the writer `desk` has ordered."""
    await writer.open()
    await writer.projector.progress.wait_for("kursk", 1)
    principal = Principal("key:desk", author="desk")
    read_side = ReadSide(writer.log, writer.read_model, writer.projector.progress)
    return ServiceTarget(writer.commands, read_side, granted.access, lambda: 0, "kursk", principal)


async def test_an_import_waits_until_keys_and_grants_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While they are folded from another history nobody knows what it may: it is not refused, and
    goes on as soon as that is known."""
    granted, pauses = Granted(), list[float]()
    sleep = asyncio.sleep  # noqa: TID251 - a retry loop's, for which the test stands in
    granted.key("desk", ("writer", "kursk"))
    policy = granted.access.policy

    async def pause(seconds: float) -> None:
        if seconds == service_target._PAUSE:
            pauses.append(seconds)
            granted.access.decide_by(policy)
        await sleep(0)

    async with open_writer(tmp_path) as writer:
        target = await target_of(writer, granted)
        granted.access.forget()
        monkeypatch.setattr(asyncio, "sleep", pause)
        [outcome] = await target.carry_out([ROW], dry_run=False)
        assert (outcome.duplicate, outcome.faults, len(pauses)) == (False, (), 1)
        assert target.revision == 2


async def test_an_import_knows_of_all_that_is_recorded(tmp_path: Path) -> None:
    """Also of what is not folded yet, such as the last rows of a process that was killed: they
    would count as recorded by somebody else."""
    granted = Granted()
    granted.key("desk", ("writer", "kursk"))
    row = {"put": {**ROW["put"], "origin": {"dataset": "rain", "id": "1"}}}
    async with open_writer(tmp_path) as writer:
        target = await target_of(writer, granted)
        writer.fold.cancel()
        await asyncio.wait({writer.fold})
        await target.carry_out([row], dry_run=False)
        folds: list[asyncio.Task[None]] = []
        progress = writer.projector.progress
        progress.on_wait.append(lambda _: folds.append(asyncio.create_task(writer.projector.run())))
        assert [one.id async for one in target.origin_rows("rain")] == ["a"]
        folds[0].cancel()
        await asyncio.wait(folds)


async def test_an_import_ends_with_the_key_that_ordered_it(tmp_path: Path) -> None:
    """Neither its grants nor that it began before lets it go on."""
    granted = Granted()
    granted.key("desk", ("writer", "kursk"))
    async with open_writer(tmp_path) as writer:
        target = await target_of(writer, granted)
        granted.revoke("desk")
        with pytest.raises(Forbidden):
            await target.carry_out([ROW], dry_run=False)
        assert await writer.types() == ["timeline.opened"]

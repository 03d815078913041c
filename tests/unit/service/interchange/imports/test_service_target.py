"""What an import in the background may do, which is asked again for each of its arrays."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from events.errors import Forbidden
from service.access.principal import Principal
from service.interchange.imports.serving import service_target
from service.interchange.imports.serving.service_target import ServiceTarget
from tests.granted import Granted
from tests.writers import Writer, open_writer

ROW = {"put": {"id": "a", "kind": "claim", "text": "It rained.", "said": {"by": "A", "on": None}}}


async def target_of(writer: Writer, granted: Granted) -> ServiceTarget:
    """That of an import which the writer `desk` has ordered."""
    await writer.open()
    await writer.projector.progress.wait_for("kursk", 1)
    nothing: Any = None
    principal = Principal("key:desk", author="desk")
    return ServiceTarget(writer.commands, nothing, granted.access, lambda: 0, "kursk", principal)


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

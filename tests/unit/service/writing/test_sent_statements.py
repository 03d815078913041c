"""Statements that are sent: what is refused of an array, and that others have their turns."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from events.errors import InvalidInput
from events.statement.statement import Statement
from service.writing.execution import slices
from service.writing.sent_statements import checked_statements
from tests.writers import Writer, open_writer, said

MANY = [{"kind": "claim", "text": f"No. {n}.", "said": {"by": "A", "on": None}} for n in range(200)]


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    async with open_writer(tmp_path) as opened:
        await opened.open()
        yield opened


async def turns_beside(monkeypatch: pytest.MonkeyPatch, work: Any, longest: float = 0.0) -> int:
    """How often others had their turn while the work, whose slices are over so soon, was done."""
    monkeypatch.setattr(slices, "_LONGEST", longest)
    had = 0

    async def other() -> None:
        nonlocal had
        while True:
            had += 1
            await asyncio.sleep(0)  # noqa: TID251 - counts turns, waits for no time

    beside = asyncio.create_task(other())
    await work
    beside.cancel()
    return had


async def refused(body: list[Any]) -> list[str]:
    with pytest.raises(InvalidInput) as refusal:
        await checked_statements(json.dumps(body).encode())
    return [fault.path for fault in refusal.value.faults]


async def test_every_statement_of_an_array_is_checked() -> None:
    """A fault is found in the first, in the last and anywhere between, in their order; 100 at most
    are told."""
    wrong = {n: {**MANY[n], "occurred": "soon"} for n in (0, 49, 50, 151, 199)}
    assert await refused([wrong.get(n, given) for n, given in enumerate(MANY)]) == [
        f"/{n}/occurred" for n in wrong
    ]
    assert len(await refused([{**given, "occurred": "soon"} for given in MANY])) == 100


async def test_a_wrong_shape_is_told_with_the_faults_of_the_others() -> None:
    """What is of a wrong type does not hide what is wrong by the rules."""
    body = [{**MANY[0], "text": 7}, *MANY[1:150], {**MANY[150], "occurred": "soon"}]
    assert await refused(body) == ["/0/text", "/150/occurred"]


async def test_others_have_their_turns_while_many_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An array of two hundred is checked in four slices, and not in the turn that decodes it,
    however quick both are."""
    body = json.dumps(MANY).encode()
    assert await turns_beside(monkeypatch, checked_statements(body)) == 5
    assert await turns_beside(monkeypatch, checked_statements(body), 60.0) == 1


async def test_others_have_their_turns_while_many_are_sealed(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So are their events sealed, in ten, and in other turns than they are decided and encoded."""
    statements: list[Statement] = [said(f"s{n}") for n in range(200)]
    assert await turns_beside(monkeypatch, writer.record(*statements)) >= 12
    others: list[Statement] = [said(f"t{n}") for n in range(200)]
    assert await turns_beside(monkeypatch, writer.record(*others), 60.0) >= 2

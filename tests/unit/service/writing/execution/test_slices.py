"""Long work in slices."""

from __future__ import annotations

import asyncio

import pytest

from service.writing.execution import slices


@pytest.mark.parametrize(("longest", "turns"), [(0.0, 5), (60.0, 0)])
async def test_others_have_their_turn_when_a_slice_is_over(
    monkeypatch: pytest.MonkeyPatch, longest: float, turns: int
) -> None:
    """Between two steps the loop goes on if the slice is over, and only then."""
    monkeypatch.setattr(slices, "_LONGEST", longest)
    had = 0

    async def other() -> None:
        nonlocal had
        while True:
            had += 1
            await asyncio.sleep(0)  # noqa: TID251 - counts turns, waits for no time

    beside = asyncio.create_task(other())
    work = slices.Slices()
    for _ in range(5):
        await work.step()
    beside.cancel()
    assert had == turns

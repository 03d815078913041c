"""Whether a signed head covers a revision, which is what a removal waits for."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from events.audit.examination import Finding
from service.datafolder.signed_state import SignedHead, SignedState
from service.signing.heads import SignedHeads


def head(size: int) -> SignedHead:
    return SignedHead(size, "ab" * 32, "a note\n", ("a+key",))


@pytest.fixture
def heads(tmp_path: Path) -> SignedHeads:
    SignedState.begin(tmp_path, "log")
    return SignedHeads(SignedState.load(tmp_path, "log"), "nothing follows")


async def test_a_head_that_is_too_short_covers_nothing_behind_it(heads: SignedHeads) -> None:
    """A revision beyond the head is not covered, whatever the head of another timeline; it is
    waited for no longer than was said."""
    assert await heads.covered("kursk", 1, 0.001) is None
    await heads.keep({"kursk": head(3), "other": head(9)})
    assert await heads.covered("kursk", 3, 0.001) == 3
    assert await heads.covered("kursk", 4, 0.001) is None


async def test_one_that_comes_is_waited_for(heads: SignedHeads) -> None:
    """A head that is still too short ends no waiting; the one that covers it does."""
    waiting = asyncio.create_task(heads.covered("kursk", 4, 20))
    await heads.keep({"kursk": head(3)})
    assert not waiting.done()
    await heads.keep({"kursk": head(5)})
    assert await waiting == 5


async def test_behind_an_alarm_nothing_more_is_covered(heads: SignedHeads) -> None:
    """Where a timeline is signed no more, nobody waits, and the head that there is covers what it
    covered and nothing behind it."""
    await heads.keep({"kursk": head(3)})
    waiting = asyncio.create_task(heads.covered("kursk", 4, 20))
    await heads.alarm({"kursk": Finding("kursk", 2, "was altered")})
    assert await waiting is None
    assert await heads.covered("kursk", 4, 20) is None
    assert await heads.covered("kursk", 2, 20) == 3

"""The memory of cached answers, and what it is bounded by."""

from __future__ import annotations

from pathlib import Path

from service.reading.answer_cache import AnswerCache, AnswerKey, CachedAnswer
from tests.writers import open_writer

_BODY = b"x" * 4_000


def _key(number: int) -> AnswerKey:
    return AnswerKey(b"/v1/timelines/kursk", b"limit=%d" % number, (), (), packed=False)


def _answer(body: bytes = _BODY) -> CachedAnswer:
    return CachedAnswer("/v1/timelines/{t}", '"tag"', [], body)


async def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    """However many answers come, they take no more than the room; one that is asked for again and
    again stays, the oldest of the others go."""
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.projector.progress.wait_for("kursk", 1)
        cache = AnswerCache(writer.read_model, room=100_000)
        for number in range(100):
            cache.add(_key(number), "kursk", 1, 1, _answer())
            assert cache.size <= 100_000
            assert cache.find(_key(0)) is not None
        assert cache.find(_key(1)) is None
        assert cache.find(_key(99)) is not None
        cache.add(_key(0), "kursk", 1, 1, _answer(b""))
        before = cache.size
        cache.add(_key(0), "kursk", 1, 1, _answer())
        assert cache.size == before + len(_BODY)


async def test_a_large_answer_is_not_cached(tmp_path: Path) -> None:
    """One answer does not push out all others."""
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.projector.progress.wait_for("kursk", 1)
        cache = AnswerCache(writer.read_model, room=100_000)
        cache.add(_key(0), "kursk", 1, 1, _answer(b"x" * 10_000))
        assert cache.size == 0


async def test_what_is_forgotten_frees_its_room(tmp_path: Path) -> None:
    """Answers about one timeline go, those about another stay, and at last all go."""
    async with open_writer(tmp_path) as writer:
        await writer.open()
        other = writer._replace(timeline="other")
        await other.open()
        progress = writer.projector.progress
        await progress.wait_for("kursk", 1)
        await progress.wait_for("other", 1)
        cache = AnswerCache(writer.read_model)
        cache.add(_key(0), "kursk", 1, 1, _answer())
        cache.add(_key(1), "other", 1, 1, _answer())
        cache.forget("kursk")
        assert cache.find(_key(0)) is None
        assert cache.find(_key(1)) is not None
        cache.forget()
        assert cache.size == 0
        assert cache.find(_key(1)) is None

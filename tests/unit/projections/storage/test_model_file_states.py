"""Which state of a file is read, while another process writes it and marks its transactions."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Final

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.storage import model_file
from projections.storage.files.commit_mark import CommitMark
from projections.storage.model_file import ModelFile
from projections.storage.read_model import file_name
from projections.storage.store import Store
from tests.histories import IDENTITY
from tests.searches import COSTLY

POSITION: Final = "SELECT max(position) FROM checkpoints"
_FOR_EVER: Final = 1e6
_STEPS: Final = st.lists(
    st.sampled_from(["ask", "turn", "commit", "fail", "begin", "end", "refresh", "let_go"]),
    max_size=30,
)


class Sides:
    """A writer and a reader of one file, as in two processes."""

    def __init__(self, folder: Path, undo: ExitStack) -> None:
        numbers, path = [0], folder / file_name(0)
        self.mark = CommitMark(numbers)
        writing = ModelFile(path, mark=CommitMark(numbers))
        self.store = undo.enter_context(closing(Store.open(folder, IDENTITY, file=writing)))
        self.file = undo.enter_context(closing(ModelFile(path, mark=self.mark)))
        self.commit(1)

    def commit(self, position: int) -> None:
        with self.store.transaction():
            self.store.save_checkpoint(position, b"")

    def fail(self, position: int) -> None:
        with suppress(OSError), self.store.transaction():
            self.store.save_checkpoint(position, b"")
            raise OSError

    def position(self) -> int:
        """The last committed position, as the reader sees it."""
        row = self.file.reader.once(POSITION, (), tuple)
        assert row is not None
        return int(row[0])


@contextmanager
def sides() -> Iterator[Sides]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as undo:
        yield Sides(Path(folder), undo)


def begun(file: ModelFile) -> list[str]:
    """The states that the reader begins to read from now on."""
    asked: list[str] = []
    connection = file.reader._connection
    connection.trace_v2(apsw.SQLITE_TRACE_STMT, lambda found: asked.append(found["sql"]))
    return asked


def is_reading(file: ModelFile) -> bool:
    """Whether the reader keeps a state of the file."""
    return bool(file.reader._connection.in_transaction)


class _Course:
    """What happens to both sides, and which state the reader has to see."""

    def __init__(self, both: Sides, undo: ExitStack) -> None:
        self._both = both
        self._undo = undo
        self._committed = self._last = 1
        self._seen: int | None = None

    async def ask(self) -> None:
        self._seen = self._committed if self._seen is None else self._seen
        assert self._both.position() == self._seen

    async def turn(self) -> None:
        await asyncio.sleep(0)  # noqa: TID251 - the event loop goes on
        self._seen = None

    async def refresh(self) -> None:
        self._both.file.refresh()
        self._seen = None

    async def let_go(self) -> None:
        self._both.file.let_go()
        self._seen = None

    async def commit(self) -> None:
        await self.begin()
        await self.end()

    async def fail(self) -> None:
        await self.end()
        self._both.fail(self._last + 1)

    async def begin(self) -> None:
        await self.end()
        self._last += 1
        self._undo.enter_context(self._both.store.transaction())
        self._both.store.save_checkpoint(self._last, b"")

    async def end(self) -> None:
        self._undo.close()
        self._committed = self._last


async def _follow(steps: list[str], both: Sides) -> None:
    with ExitStack() as undo:
        course = _Course(both, undo)
        for step in steps:
            await getattr(course, step)()


@COSTLY
@given(_STEPS)
def test_what_is_asked_first_in_a_turn_is_committed_last(steps: list[str]) -> None:
    """However transactions, questions and turns of the event loop follow each other: a turn sees
    one state, which was the last one when it asked first."""
    with pytest.MonkeyPatch.context() as patch, sides() as both:
        patch.setattr(model_file, "_HELD", _FOR_EVER)
        asyncio.run(_follow(steps, both))


async def test_a_state_is_read_as_long_as_nothing_is_committed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Later turns ask nothing that was asked once, and begin nothing; until a transaction begins,
    though it fails. During one, each turn begins a state, because the next one may be there."""
    monkeypatch.setattr(model_file, "_HELD", _FOR_EVER)
    with sides() as both:

        async def turns() -> int:
            asked.clear()
            for _ in range(3):
                both.position()
                await asyncio.sleep(0)  # noqa: TID251 - the event loop goes on
            return asked.count("BEGIN")

        both.position()
        asked = begun(both.file)
        await asyncio.sleep(0)  # noqa: TID251 - the event loop goes on
        assert (await turns(), asked) == (0, [])
        both.fail(2)
        assert await turns() == 1
        with both.store.transaction():
            assert await turns() == 3
        assert await turns() == 1


async def test_a_state_of_a_turn_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if another one was read in the same turn, which would have lasted, and the next question
    came during a transaction."""
    monkeypatch.setattr(model_file, "_HELD", _FOR_EVER)
    with sides() as both:
        both.position()
        both.file.refresh()
        with both.store.transaction():
            both.position()
            await asyncio.sleep(0)  # noqa: TID251 - the event loop goes on
            assert not is_reading(both.file)
            assert both.position() == 1


async def test_a_file_that_appears_is_read_in_the_next_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read before there is a file is no state that lasts: the file may come from
    elsewhere, complete."""
    monkeypatch.setattr(model_file, "_HELD", _FOR_EVER)
    path = tmp_path / file_name(0)
    with sides() as both, closing(ModelFile(path, mark=CommitMark([0]))) as file:
        assert file.reader.one(POSITION) == (None,)
        both.store.close()
        both.store.file.path.rename(path)
        await asyncio.sleep(0)  # noqa: TID251 - the event loop goes on
        assert file.reader.one(POSITION) == (1,)


async def test_a_state_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to ask again for it: an idle reader keeps nothing from the writer."""
    monkeypatch.setattr(model_file, "_HELD", 0.0)
    with sides() as both:
        both.position()
        loop, turns = asyncio.get_running_loop(), 0
        assert is_reading(both.file)
        while is_reading(both.file) and turns < 1_000:
            turned = loop.create_future()
            loop.call_later(0.0, turned.set_result, None)
            await turned
            turns += 1
        assert not is_reading(both.file)
        assert both.position() == 1


async def test_a_state_that_was_ended_leaves_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would end the next state too early."""
    monkeypatch.setattr(model_file, "_HELD", _FOR_EVER)
    with sides() as both:
        both.position()
        timer = both.file._ending
        both.file.refresh()
        assert timer is not None
        assert timer.cancelled()


def test_a_state_does_not_outlast_its_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a running loop, nobody would end it: each question has a state of its own."""
    monkeypatch.setattr(model_file, "_HELD", _FOR_EVER)
    with sides() as both:

        async def ask() -> int:
            return both.position()

        assert asyncio.run(ask()) == 1
        assert both.position() == 1
        assert not is_reading(both.file)
        both.commit(2)
        assert (both.position(), asyncio.run(ask())) == (2, 2)

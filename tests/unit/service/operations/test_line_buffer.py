"""Lines on their way to a descriptor that may take nothing, or nothing any more."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from service.operations.line_buffer import MOST, LineBuffer

_LINE = b"x" * 99 + b"\n"


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe's end to read from, and the one to write to."""
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue  # the test has closed it


async def _written(condition: Callable[[], bool]) -> None:
    """Turn after turn of the loop, until the condition holds."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - nothing says that a file was written
            await asyncio.sleep(0)  # noqa: TID251 - waits for nothing: one turn of the loop


async def test_the_lines_of_a_turn_are_one_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are written in their order, once the turn in which they came is over."""
    writes: list[bytes] = []

    def write(_: int, content: bytes) -> int:
        writes.append(content)
        return len(content)

    monkeypatch.setattr("service.operations.line_buffer.os.write", write)
    with (tmp_path / "log").open("wb") as file:
        buffer = LineBuffer(file.fileno(), bytes)
        for line in (b"one\n", b"two\n", b"three\n"):
            buffer.add(line)
        assert writes == []
        await _written(lambda: bool(writes))
        buffer.add(b"four\n")
        buffer.close()
        buffer.add(b"five\n")
    assert writes == [b"one\ntwo\nthree\n", b"four\n", b"five\n"]


async def test_no_piece_ends_within_a_line(pipe: tuple[int, int]) -> None:
    """A pipe takes up to 4,096 bytes without those of another process between them: no write has
    more, unless one line does."""
    reading, writing = pipe
    buffer = LineBuffer(writing, bytes)
    long = b"y" * 9_999 + b"\n"
    for line in (*[_LINE] * 100, long, _LINE):
        buffer.add(line)
    buffer.close()
    assert os.read(reading, 40 * len(_LINE)) == _LINE * 40
    assert os.read(reading, 1 << 16) == _LINE * 60 + long + _LINE


async def test_a_pipe_that_nobody_reads_holds_nobody_up(pipe: tuple[int, int]) -> None:
    """What does not fit is kept up to a limit, and lines beyond it are counted. Once the pipe is
    read, all that was kept comes whole and in order, and then the loss is reported."""
    reading, writing = pipe
    losses: list[int] = []
    told = asyncio.Event()

    def lose(many: int) -> None:
        losses.append(many)
        told.set()

    buffer = LineBuffer(writing, bytes, lose)
    number = 2 * MOST // len(_LINE)
    for n in range(number):
        buffer.add(b"%099d\n" % n)
    assert losses == []
    os.set_blocking(reading, False)
    read = bytearray()
    loop = asyncio.get_running_loop()
    loop.add_reader(reading, lambda: read.extend(os.read(reading, 1 << 20)))
    async with asyncio.timeout(30):
        await told.wait()
    loop.remove_reader(reading)
    with suppress(BlockingIOError):  # nothing may be left
        read += os.read(reading, 1 << 20)
    lines = [int(line) for line in read.splitlines()]
    assert lines == [*range(len(lines))]
    assert len(lines) * len(_LINE) > MOST
    assert losses == [number - len(lines)]
    buffer.add(_LINE)
    buffer.close()
    assert os.read(reading, 1 << 16) == _LINE


async def test_a_pipe_whose_reader_has_left_costs_the_lines_alone(pipe: tuple[int, int]) -> None:
    """Nothing is raised, nothing is kept."""
    reading, writing = pipe
    os.close(reading)
    buffer = LineBuffer(writing, bytes)
    for _ in range(2 * MOST // len(_LINE)):
        buffer.add(_LINE)
    buffer.close()
    buffer.add(_LINE)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
async def test_a_full_disk_costs_the_lines_alone() -> None:
    """Nothing is raised."""
    full = os.open("/dev/full", os.O_WRONLY)
    buffer = LineBuffer(full, bytes)
    buffer.add(_LINE)
    buffer.flush()
    buffer.close()
    os.close(full)


async def test_a_descriptor_that_does_not_block_loses_nothing(pipe: tuple[int, int]) -> None:
    """Somebody else may have made it so: what it does not take now is written later."""
    reading, writing = pipe
    os.set_blocking(writing, False)
    buffer = LineBuffer(writing, bytes)
    for _ in range(1_000):
        buffer.add(_LINE)
    buffer.flush()
    read = os.read(reading, 1 << 20)
    buffer.close()
    assert read + os.read(reading, 1 << 20) == _LINE * 1_000

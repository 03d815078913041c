"""A file of arrays: what was written is what is mapped, and what is changed there is one's own."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.queries.columns.grown import GrownArray
from projections.queries.columns.sharing.array_file import (
    UnusableSnapshot,
    map_arrays,
    write_arrays,
)

VALUES = st.lists(st.integers(0, 200), max_size=40)
ARRAYS = st.builds(np.array, VALUES, dtype=st.sampled_from(["<u4", "<i8", "<u8", "|u1", "|b1"]))
TREES = st.lists(st.tuples(st.booleans(), ARRAYS, st.text(max_size=5)), max_size=8)


def grown(values: np.ndarray[Any, Any]) -> GrownArray:
    made = GrownArray(values.dtype)
    made.extend(values)
    return made


@given(TREES, st.integers(0, 3_000))
def test_what_was_written_is_mapped(
    tmp_path_factory: pytest.TempPathFactory, tree: list[Any], more: int
) -> None:
    """Arrays of any type and length among other values; those that grow do so here alone, also
    beyond the room that they have in the file."""
    path = tmp_path_factory.mktemp("arrays") / "file"
    parts = [{"name": name, "of": grown(of) if grows else of} for grows, of, name in tree]
    write_arrays(path, parts)
    for _ in range(2):
        mapped = map_arrays(path)
        assert [part["name"] for part in mapped] == [name for *_, name in tree]
        for part, (grows, of, _) in zip(mapped, tree, strict=True):
            assert isinstance(part["of"], GrownArray) == grows
            values = part["of"].values if grows else part["of"]
            assert values.dtype == of.dtype
            assert values.tolist() == of.tolist()
            if not grows:
                assert not values.flags.writeable
                continue
            part["of"].values[:] = 1
            part["of"].extend(np.ones(more, of.dtype))
            assert part["of"].values.tolist() == [1] * (len(of) + more)


def test_it_is_its_users_alone(tmp_path: Path) -> None:
    """It may contain what not all may read."""
    write_arrays(tmp_path / "file", [np.arange(3)])
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


def test_the_room_to_grow_takes_no_disk(tmp_path: Path) -> None:
    """It is a hole in the file."""
    write_arrays(tmp_path / "file", [grown(np.zeros(1 << 20, np.int64))])
    found = (tmp_path / "file").stat()
    assert found.st_size > 10 << 20
    assert found.st_blocks * 512 < 9 << 20


def test_what_is_damaged_is_told(tmp_path: Path) -> None:
    """Any byte of the head that is another one, or a file that ends early."""
    path = tmp_path / "file"
    write_arrays(path, {"a": np.arange(3), "b": grown(np.arange(9))})
    content = path.read_bytes()
    length = content.index(b"\0" * 64)  # behind the head
    for place in range(length):
        broken = bytearray(content)
        broken[place] ^= 0x55
        path.write_bytes(broken)
        with pytest.raises(UnusableSnapshot):
            map_arrays(path)
    for end in (0, 5, 30, length - 1, length, len(content) - 5_000):
        path.write_bytes(content[:end])
        with pytest.raises(UnusableSnapshot):
            map_arrays(path)


def test_nobody_waits_for_what_is_no_file(tmp_path: Path) -> None:
    """A pipe that nobody writes to."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnusableSnapshot):
        map_arrays(tmp_path / "pipe")


def test_a_disk_without_room_takes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may take a quarter of what is free."""
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=40_000, f_frsize=1))
    write_arrays(tmp_path / "small", [np.zeros(5_000, np.uint8)])
    with pytest.raises(OSError, match="free disk"):
        write_arrays(tmp_path / "large", [np.zeros(10_000, np.uint8)])
    assert [path.name for path in tmp_path.iterdir()] == ["small"]

"""A file that a user asked for is whole or as it was, and a link or a pipe stays what it is."""

from __future__ import annotations

import os
import pty
import stat
import threading
from pathlib import Path

import pytest

from service.verifier.output_file import folder_for, writing_whole


def write(path: Path, content: bytes = b"new") -> None:
    with writing_whole(path) as file:
        file.write(content)


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    """A relative link, a link to a link, and one to a file that is not there yet."""
    (tmp_path / "below").mkdir()
    target, link, further = tmp_path / "below" / "a", tmp_path / "link", tmp_path / "further"
    link.symlink_to("below/a")
    further.symlink_to(link)
    write(further, b"first")
    write(link, b"second")
    assert link.is_symlink()
    assert further.is_symlink()
    assert target.read_bytes() == b"second"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "below", "further", "link"]


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    """It is no file that could be replaced: its reader gets the bytes, and it stays a pipe."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write(pipe)
    reader.join(30)
    assert got == [b"new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert folder_for(pipe) is None


def test_a_device_stays_one() -> None:
    """A terminal gets the bytes and is a terminal afterwards. (Where the code is broken this one
    cannot be replaced by a file, as /dev/null would be for all.)"""
    ours, theirs = pty.openpty()
    terminal = Path(os.ttyname(theirs))
    write(terminal)
    assert os.read(ours, 99) == b"new"
    assert stat.S_ISCHR(terminal.stat().st_mode)
    os.close(ours)
    os.close(theirs)


def test_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    """What only its owner could read is not opened to others by being replaced."""
    path = tmp_path / "private"
    path.touch(0o600)
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("through_link", [False, True])
def test_what_was_there_stays_where_writing_fails(through_link: bool, tmp_path: Path) -> None:
    """A failure half-way leaves the old bytes, and no other file."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    asked = path
    if through_link:
        asked = tmp_path / "link"
        asked.symlink_to(path)

    def fail_half_way() -> None:
        with writing_whole(asked) as file:
            file.write(b"half")
            file.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert path.read_bytes() == b"old"
    assert {*tmp_path.iterdir()} == {path, asked}


def test_links_in_a_ring_are_an_error_of_the_system(tmp_path: Path) -> None:
    """They lead nowhere: an OSError, which callers report as one."""
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(OSError, match="symbolic links"):
        write(link)

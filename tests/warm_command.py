"""`onrecord` as a shell command that starts quickly: a small program in its place passes its
arguments, environment and streams to this process, where a warm process does its work."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.warm import LIMIT, WarmProcess

__all__ = ["warm_command"]

_STANDS_IN = """\
#!{python} -IS
import json, os, socket, sys
asked = socket.socket(socket.AF_UNIX)
asked.connect({address!r})
told = json.dumps([sys.argv[1:], dict(os.environ)]).encode()
socket.send_fds(asked, [len(told).to_bytes(4, "big")], [0, 1, 2])
asked.sendall(told)
sys.exit(asked.recv(1)[0])
"""


@contextmanager
def warm_command(folder: Path) -> Iterator[Path]:
    """A folder for PATH that contains `onrecord` until the block ends: `folder`, which is new, or
    the program's own folder if processes cannot be forked safely. Relative paths are relative to
    this process, and the exit code is 255 for a command that a signal ends."""
    if sys.platform != "linux":
        yield Path(sys.executable).parent
        return
    folder.mkdir()
    address = str(folder / "s")
    program = folder / "onrecord"
    program.write_text(_STANDS_IN.format(python=sys.executable, address=address))
    program.chmod(0o700)
    with socket.socket(socket.AF_UNIX) as heard:
        heard.bind(address)
        heard.listen()
        thread = threading.Thread(target=_answer, args=(heard,))
        thread.start()
        try:
            yield folder
        finally:
            heard.shutdown(socket.SHUT_RDWR)
            thread.join(LIMIT)


def _answer(heard: socket.socket) -> None:
    """Carry out one command after another, until nobody can ask any more. The commands of a pipe
    come together, so each has a thread."""
    threads = []
    with suppress(OSError):
        while True:
            asking, _ = heard.accept()
            threads.append(threading.Thread(target=_carry_out, args=(asking,)))
            threads[-1].start()
    for thread in threads:
        thread.join(LIMIT)


def _carry_out(asking: socket.socket) -> None:
    with asking:
        length, (stdin, stdout, stderr), _, _ = socket.recv_fds(asking, 4, 3)
        with asking.makefile("rb") as sent:
            arguments, environment = json.loads(sent.read(int.from_bytes(length, "big")))
        try:
            process = WarmProcess(arguments, environment, stdin, stdout, stderr)
        finally:
            for stream in (stdin, stdout, stderr):
                os.close(stream)
        code = process.wait(LIMIT)
        asking.send(bytes([code if code >= 0 else 255]))

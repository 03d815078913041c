"""Real Valkey servers for tests: the bundled program, each in a folder of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Self

import pytest

from service.valkey.program import valkey_program
from tests.leash import leashed
from tests.looks import look_again

__all__ = ["DURABLE", "ValkeyServer", "fill", "free_port", "valkey"]

DURABLE = ("--appendonly", "yes", "--appendfsync", "always", "--save", "")
"""How the bundled server runs: every append is on the disk before it is answered."""

_program = cache(valkey_program)
"""To find it, the metadata of its package is parsed."""
READY = b"Ready to accept connections"
READING = b"Reading RDB base file on AOF loading"
SENTINEL = b"+monitor master"


class ValkeyServer:
    """A server on a Unix socket; with `tcp` on a port of 127.0.0.1 too. With a `config` file it
    is a Sentinel.

    `kill` is SIGKILL; `start` after it starts the server again on the same data.
    """

    def __init__(self, *options: str, tcp: bool = False, config: Path | None = None) -> None:
        # Not pytest's folder, because a socket's path must be short.
        self.folder = Path(tempfile.mkdtemp(prefix="onrecord-"))
        self.socket = self.folder / "s"
        self.port = free_port() if tcp else 0
        self._options = options
        self._config = config
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def load_slowly(self, store: Any, keys: int = 30_000) -> None:
        """Kill the server and start it again so that it loads its file slowly, until somebody sets
        `key-load-delay` to 0, or ten seconds have passed. `store` is a client of it."""
        fill(store, keys)
        self.kill()
        self.add("--key-load-delay", "300", "--loading-process-events-interval-bytes", "1024")
        self.start(READING)

    def start(self, until: bytes = READY) -> Self:
        """Start the server and return once it accepts connections, or logs `until`."""
        sentinel = [] if self._config is None else [str(self._config), "--sentinel"]
        command = [
            *(str(_program()), *sentinel, "--port", str(self.port)),
            *("--bind", "127.0.0.1", "--dir", str(self.folder)),
            *("--unixsocket", str(self.socket), *self._options),
        ]
        process = subprocess.Popen(leashed(command), stdout=subprocess.PIPE)
        self._process = process
        assert process.stdout is not None
        for line in process.stdout:
            if until in line or SENTINEL in line:
                return self
        process.stdout.close()
        raise RuntimeError(f"Valkey ended with {process.wait()} before it was ready")

    def add(self, *options: str) -> None:
        """Add these options, from its next start on."""
        self._options = (*self._options, *options)

    def follow_nobody(self) -> None:
        """Stop being a replica, from its next start on."""
        at = self._options.index("--replicaof")
        self._options = (*self._options[:at], *self._options[at + 2 :])

    def kill(self) -> None:
        """Kill the server, as a power cut would for the process."""
        self._end("kill")

    def stop(self) -> None:
        """End the server and remove its folder. Stopping twice is harmless."""
        self._end("kill")  # a normal stop waits while it writes its first file
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, how: str) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        getattr(process, how)()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()


def fill(store: Any, keys: int) -> None:
    """Put this many keys into the server's first file, so that it reports its progress while
    loading it."""
    with store.pipeline(transaction=False) as pipeline:
        for n in range(keys):
            pipeline.set(f"ballast:{n}", n)
        pipeline.bgrewriteaof()
        pipeline.execute()
    while store.info("persistence")["aof_rewrite_in_progress"]:
        look_again()


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    """One durable server for many tests; each test uses its own key prefix."""
    with ValkeyServer(*DURABLE) as server:
        yield server


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""What is left of some words in a data folder: as plain bytes, and as the programs read it that
wrote it. Valkey compresses what it keeps, SQLite cuts words off where they begin alike: plain
bytes may not show what is there all the same."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import apsw
import redis

from events.log.contract import partition_of
from projections.storage.read_model import file_name
from tests.histories import tables_of
from tests.looks import look_again
from tests.servers import DURABLE, ValkeyServer

__all__ = ["contents", "in_files", "in_log", "in_model", "model_of", "rewritten", "rows_of"]

_READ = {
    b"string": "GET",
    b"hash": "HGETALL",
    b"stream": "XRANGE",
}


def in_files(folder: Path, words: Sequence[str]) -> set[str]:
    """Those of the words that are in any file of the folder, as plain bytes."""
    found = set()
    for _, content in contents(folder):
        found |= {word for word in words if word.encode() in content}
        found |= {word for word in words if word.lower().encode() in content}
    return found


def contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Each file below the folder with what it holds, but for what goes while it is read."""
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            with suppress(FileNotFoundError):
                if path.is_file():
                    yield path, path.read_bytes()


def in_log(folder: Path, words: Sequence[str]) -> set[str]:
    """Those that a Valkey knows which loads a copy of the append-only files in `folder`."""
    server = ValkeyServer(*DURABLE)
    shutil.copytree(folder / "appendonlydir", server.folder / "appendonlydir")
    with server:
        store = redis.Redis(unix_socket_path=str(server.socket))
        keys: Any = store.keys("*")
        assert keys
        known = b"".join(_flat(_read(store, key)) for key in keys)
        store.close()
    return {word for word in words if word.encode() in known}


def _read(store: Any, key: bytes) -> Any:
    """All that is under the key; KeyError where it is of a type that the log does not use."""
    command = _READ[store.type(key)]
    return store.execute_command(command, key, *(("-", "+") if command == "XRANGE" else ()))


def _flat(value: Any) -> bytes:
    if isinstance(value, dict):
        return _flat(list(value.items()))
    if isinstance(value, list | tuple):
        return b"\n".join(_flat(each) for each in value)
    return value if isinstance(value, bytes) else str(value).encode()


def in_model(data: Path, words: Sequence[str]) -> set[str]:
    """Those that are in any row of the read model, or a word of its index."""
    known = repr(rows_of(data)).lower()
    return {word for word in words if word.lower() in known}


def rows_of(data: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the read model in a data folder, of all partitions."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for path in sorted(data.glob("readmodel-*.sqlite3")):
        if ".new." not in path.name:
            with _copied(path) as copy, closing(apsw.Connection(str(copy))) as connection:
                for table, rows in tables_of(connection).items():
                    found.setdefault(table, []).extend(rows)
    return found


def model_of(data: Path, timeline: str = "kursk") -> Path:
    """The read model's file in which the timeline is, of a service that was given no number of
    partitions."""
    return data / file_name(partition_of(timeline, 16))


@contextmanager
def _copied(path: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        for companion in ("", "-wal"):
            source = path.with_name(path.name + companion)
            if source.exists():
                shutil.copy(source, folder)
        yield Path(folder, path.name)


def rewritten(socket: Path) -> None:
    """Return once the server has written its append-only file anew, with all in the front of it
    that is compressed."""
    store = redis.Redis(unix_socket_path=str(socket))
    store.bgrewriteaof()
    while any(
        store.info("persistence")[name]
        for name in ("aof_rewrite_in_progress", "aof_rewrite_scheduled")
    ):
        look_again()
    store.close()

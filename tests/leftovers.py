"""Finds words that are left in a data folder: as plain bytes, and as the programs that wrote the
files read them. Valkey compresses its data, and SQLite cuts off common beginnings of words, so
plain bytes may not show them."""

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
    """Each file below the folder with its content, except files that are removed meanwhile."""
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            with suppress(FileNotFoundError):
                if path.is_file():
                    yield path, path.read_bytes()


def in_log(folder: Path, words: Sequence[str]) -> set[str]:
    """Those of the words that a Valkey with a copy of the append-only files in `folder` has."""
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
    """Everything under the key; KeyError for a type that the log does not use."""
    command = _READ[store.type(key)]
    return store.execute_command(command, key, *(("-", "+") if command == "XRANGE" else ()))


def _flat(value: Any) -> bytes:
    if isinstance(value, dict):
        return _flat(list(value.items()))
    if isinstance(value, list | tuple):
        return b"\n".join(_flat(each) for each in value)
    return value if isinstance(value, bytes) else str(value).encode()


def in_model(data: Path, words: Sequence[str]) -> set[str]:
    """Those of the words that are in any row of the read model, or in its index."""
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
    """The file of the read model that has the timeline, for a service with the default number of
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
    """Return once the server has rewritten its append-only file, whose beginning is then
    compressed."""
    store = redis.Redis(unix_socket_path=str(socket))
    store.bgrewriteaof()
    while any(
        store.info("persistence")[name]
        for name in ("aof_rewrite_in_progress", "aof_rewrite_scheduled")
    ):
        look_again()
    store.close()

"""The mapping of the last import of each dataset, so that its next file is read in the same way."""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

__all__ = ["StoredMapping", "StoredMappings"]

_MOST: Final = 200
"""The most names of datasets that have a mapping on one timeline."""


class StoredMapping(Struct, frozen=True, kw_only=True):
    """A mapping by which rows were recorded on a timeline, and the day (UTC) of that import."""

    timeline: str
    day: str
    mapping: dict[str, Any]


class StoredMappings:
    """The mappings in a folder: one file for each dataset name on a timeline."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def store(self, mapping: StoredMapping, names: Collection[str]) -> None:
        """Store the mapping for the dataset with these names; of too many on the timeline the
        oldest are removed. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in names:
            path = self._path(mapping.timeline, name)
            new = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
            new.write_bytes(msgspec.json.encode(mapping))
            new.replace(path)
        mappings = self._folder.glob(f"{_hash(mapping.timeline)}-*.json")
        for path in sorted(mappings, key=_age)[_MOST:]:
            path.unlink(missing_ok=True)

    def find(self, timeline: str, dataset: str) -> StoredMapping | None:
        """The mapping for a dataset with that name, or None."""
        return _read(self._path(timeline, dataset))

    def forget(self, timeline: str | None) -> None:
        """Remove the mappings of a timeline, or of all, because their lookups may have redacted
        text."""
        for path in self._all():
            mapping = _read(path)
            if mapping is None or timeline in (None, mapping.timeline):
                path.unlink(missing_ok=True)

    def _path(self, timeline: str, dataset: str) -> Path:
        return self._folder / f"{_hash(timeline)}-{_hash(dataset)}.json"

    def _all(self) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            yield from sorted(self._folder.iterdir())


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def _age(path: Path) -> float:
    """How old a file is, by a scale of its own; one that is gone is the oldest."""
    try:
        return -path.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def _read(path: Path) -> StoredMapping | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=StoredMapping)
    except (OSError, msgspec.DecodeError):
        return None

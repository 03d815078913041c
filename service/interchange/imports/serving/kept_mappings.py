"""The mapping of the last import of each dataset, so that its next file is read in the same way."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

__all__ = ["KeptMapping", "KeptMappings"]


class KeptMapping(Struct, frozen=True, kw_only=True):
    """A mapping by which rows were recorded on a timeline, and the day (UTC) of that import."""

    timeline: str
    day: str
    mapping: dict[str, Any]


class KeptMappings:
    """The mappings in a folder: one file for each dataset name on a timeline."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, kept: KeptMapping, names: Collection[str]) -> None:
        """Store the mapping for the dataset with these names. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in names:
            path = self._path(kept.timeline, name)
            new = path.with_name(f"{path.name}.new")
            new.write_bytes(msgspec.json.encode(kept))
            new.replace(path)

    def find(self, timeline: str, dataset: str) -> KeptMapping | None:
        """The mapping for a dataset with that name, or None."""
        return _read(self._path(timeline, dataset))

    def forget(self, timeline: str | None) -> None:
        """Remove the mappings of a timeline, or of all, because their lookups may have redacted
        text."""
        for path in self._all():
            kept = _read(path)
            if kept is None or timeline in (None, kept.timeline):
                path.unlink(missing_ok=True)

    def _path(self, timeline: str, dataset: str) -> Path:
        named = hashlib.sha256(f"{timeline}\n{dataset}".encode()).hexdigest()
        return self._folder / f"{named}.json"

    def _all(self) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            yield from sorted(self._folder.iterdir())


def _read(path: Path) -> KeptMapping | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=KeptMapping)
    except (OSError, msgspec.DecodeError):
        return None

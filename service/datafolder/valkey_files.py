"""The files of the bundled Valkey: those that contain the log, and leftovers.

The append-only file consists of a manifest and the files that it names: one base, and the files
with what was appended since. Valkey rewrites it under temporary names. If it is killed during that,
it never removes the temporary files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from errno import ENOENT
from pathlib import Path
from typing import Final, NamedTuple

from service.datafolder.durable_file import read_file, sync_folder

__all__ = ["APPEND_ONLY", "MANIFEST", "BrokenManifest", "Manifest", "ValkeyFiles"]

APPEND_ONLY: Final = "appendonlydir"
MANIFEST: Final = "appendonly.aof.manifest"
_PART: Final = re.compile(r"appendonly\.aof\.\d+\.(base\.rdb|base\.aof|incr\.aof)")
_UNFINISHED: Final = "temp-*"
_SNAPSHOT: Final = "dump.rdb"
_LIVE: Final = (b"b", b"i")
"""The types of a base and of appended files. Files of a third type, history, are about to be
removed."""


class BrokenManifest(ValueError):
    """The manifest does not say which files contain the log."""


class Manifest(NamedTuple):
    """The names of the files that contain the log, in order, and a manifest that names exactly
    these."""

    names: tuple[str, ...]
    text: bytes

    @classmethod
    def parse(cls, text: bytes) -> Manifest:
        """Parse a manifest. Raises BrokenManifest."""
        names, lines = [], []
        for line in text.splitlines():
            words = line.split()
            facts = dict(zip(words[::2], words[1::2], strict=False))
            name = facts.get(b"file", b"").decode(errors="replace")
            if line.startswith(b"#") or facts.get(b"type") == b"h":
                continue
            if facts.get(b"type") not in _LIVE or not _PART.fullmatch(name):
                raise BrokenManifest(f"{MANIFEST} has a line that is not understood: {line[:99]!r}")
            names.append(name)
            lines.append(line + b"\n")
        if not names:
            raise BrokenManifest(f"{MANIFEST} names no file.")
        return cls(tuple(names), b"".join(lines))


class ValkeyFiles:
    """The files in `folder`, which is the bundled Valkey's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / APPEND_ONLY

    def manifest(self) -> Manifest:
        """The manifest, which names the files that contain the log. Raises OSError,
        BrokenManifest."""
        text = read_file(self._log / MANIFEST)
        if text is None:
            raise FileNotFoundError(ENOENT, "There is no manifest", str(self._log / MANIFEST))
        return Manifest.parse(text)

    def check(self) -> None:
        """Raise BrokenManifest if there are files of a log that the manifest does not name, because
        Valkey would start with an empty log beside them. Raises OSError.

        A crash leaves no such files. Data is appended only to files that the manifest names; before
        the manifest, only the first base is written, and it is empty."""
        kept = {path.name for path in self._parts() if path.stat().st_size}
        try:
            named = self.manifest().names
        except FileNotFoundError as error:
            lost = sorted(name for name in kept if _is_increment(name) or _number(name) > 1)
            if lost:
                detail = f"{self._log / MANIFEST} is gone, and {lost[0]} is there."
                raise BrokenManifest(detail) from error
            return
        last = max(map(_number, filter(_is_increment, named)), default=0)
        lost = sorted(name for name in kept if _is_increment(name) and _number(name) > last)
        if lost:
            raise BrokenManifest(f"{self._log / MANIFEST} does not name {lost[0]}.")

    def unfinished(self) -> list[Path]:
        """Temporary files of Valkey. If no Valkey is running, a killed one left them. A folder with
        such a name is not Valkey's."""
        found = (*self._folder.glob(_UNFINISHED), *self._log.glob(_UNFINISHED))
        return [path for path in found if path.is_symlink() or not path.is_dir()]

    def leftovers(self) -> list[Path]:
        """Files that may be leftovers. Those that still exist after the append-only file was
        rewritten are: a running Valkey finishes its own files before a rewrite."""
        return [*self.unfinished(), *self._beside_the_log()]

    def remove(self, leftovers: Iterable[Path]) -> None:
        """Remove these files for good, except those that contain the log by now. Snapshots that
        somebody made are removed too, because no start reads them. Raises OSError."""
        folders = [folder for folder in (self._folder, self._log) if folder.is_dir()]
        beside = set(self._beside_the_log())
        for path in (*leftovers, self._folder / _SNAPSHOT):
            if not _PART.fullmatch(path.name) or path in beside:
                path.unlink(missing_ok=True)
        for folder in folders:
            sync_folder(folder)  # this makes removals by Valkey durable too

    def _beside_the_log(self) -> list[Path]:
        """Files named like those of the append-only file that the manifest does not name. Empty if
        the manifest is unreadable, because then these files may be all that is left of the log."""
        try:
            named = self.manifest().names
        except (FileNotFoundError, BrokenManifest):
            return []
        return [path for path in self._parts() if path.name not in named]

    def _parts(self) -> list[Path]:
        """All files named like those of the append-only file."""
        return [path for path in self._log.glob("appendonly.aof.*") if _PART.fullmatch(path.name)]


def _is_increment(name: str) -> bool:
    return name.endswith(".incr.aof")


def _number(name: str) -> int:
    return int(name.split(".")[2])

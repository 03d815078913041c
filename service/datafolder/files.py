"""The list of all files in a data folder. Backups copy by it, redactions search it for files that
may still contain a text, and a test compares it with the table in docs/operations.md."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, NamedTuple

from events.errors import OnrecordError
from projections.ledger.file import ASIDE, LEDGER
from projections.storage.schema import VERSION
from service.datafolder.ended_sessions import ENDED_SESSIONS
from service.datafolder.key_rotation import RETIRED
from service.datafolder.owner_key import OWNER_KEY, PROPOSED_KEY
from service.datafolder.signed_state import ALARMS, SEEN, SIGNED
from service.datafolder.signing_key import SIGNING_KEY
from service.datafolder.valkey_files import APPEND_ONLY, ValkeyFiles

__all__ = [
    "FILES",
    "PRIVATE",
    "VALKEY",
    "FolderFile",
    "FolderFileKind",
    "FolderFiles",
    "StrangeFiles",
    "remove_unfinished",
]

VALKEY: Final = "valkey"
PRIVATE: Final = 0o077
"""The umask of a process that owns a data folder: its files are its user's alone."""

FolderFileKind = Literal["file", "database", "log", "disposable"]
"""How a backup copies a file: a small file as it is, an SQLite file with its companions, the log by
its manifest. Disposable files are not copied."""


class StrangeFiles(OnrecordError):
    """The data folder has unknown files that may contain redacted text."""

    def __init__(self, names: Sequence[str]) -> None:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        super().__init__(
            f"{names[0]}{more} in the data folder is not a file of the service's and may hold what "
            "was redacted: move it out of the folder, or delete it."
        )


class FolderFile(NamedTuple):
    """One line of the list: the name for people, and a pattern for paths in the folder."""

    name: str
    kind: FolderFileKind
    pattern: re.Pattern[str]

    @property
    def is_kept(self) -> bool:
        """Whether the file cannot be rebuilt from other files."""
        return self.kind != "disposable"


def _line(name: str, kind: FolderFileKind, pattern: str = "") -> FolderFile:
    return FolderFile(name, kind, re.compile(pattern or re.escape(name)))


_SQLITE: Final = r"\.sqlite3(-wal|-shm|-journal)?"
_LOG: Final = rf"{VALKEY}/{APPEND_ONLY}/appendonly\.aof\."

_UNFINISHED: Final = (
    _line("*.key.*", "disposable", r"[a-z]+\.key\.[0-9a-f]{16}"),
    _line("*.json.*", "disposable", r"[a-z]+\.json\.[0-9a-f]{16}"),
)
"""Temporary names of files that are being written; a crash may leave them."""

FILES: Final[Sequence[FolderFile]] = (
    # The state comes before the ledger, and the ledger before the log: files that are copied later
    # contain everything that files copied earlier refer to.
    _line(SIGNING_KEY, "file"),
    _line(RETIRED, "file"),
    _line("seal.key", "file"),
    _line(OWNER_KEY, "file"),
    _line(PROPOSED_KEY, "file"),
    _line(ENDED_SESSIONS, "file"),
    _line(SIGNED, "file"),
    _line(SEEN, "file"),
    _line(ALARMS, "file"),
    _line(LEDGER, "database", rf"{LEDGER.partition('.')[0]}{_SQLITE}"),
    _line(ASIDE, "disposable", rf"{ASIDE.removesuffix('.sqlite3')}{_SQLITE}"),
    _line(f"{VALKEY}/{APPEND_ONLY}/", "log", rf"{_LOG}(manifest|\d+\.(base\.(rdb|aof)|incr\.aof))"),
    _line(f"readmodel-{VERSION}.*.sqlite3", "disposable", rf"readmodel-\d+(\.\d+)?{_SQLITE}"),
    _line(
        f"readmodel-{VERSION}.*.new.sqlite3", "disposable", rf"readmodel-\d+(\.\d+)?\.new{_SQLITE}"
    ),
    _line("columns-*", "disposable", r"columns-\d+-\d+(-[0-9a-f]{16})?\.(snapshot|shelf|new)"),
    _line(f"{VALKEY}/valkey.log", "disposable"),
    _line(f"{VALKEY}/valkey.sock", "disposable"),
    _line("onrecord.lock", "disposable"),
    _line("imports/*", "disposable", r"imports/[0-9a-f-]{36}/[a-z]+(\.[a-z0-9.]+)?"),
    _line(
        "imports/mappings/*",
        "disposable",
        r"imports/mappings/[0-9a-f]{32}-[0-9a-f]{32}\.json(\.[0-9a-f]{16}\.new)?",
    ),
    *_UNFINISHED,
    _line(f"{VALKEY}/temp-*", "disposable", rf"{VALKEY}/({APPEND_ONLY}/)?temp-[^/]*"),
    _line(f"{VALKEY}/dump.rdb", "disposable"),
)


def remove_unfinished(folder: Path) -> None:
    """Remove the temporary files of a process that was killed while writing, because they may hold
    a key. The caller has the folder's lock, so nobody is writing one. Raises OSError."""
    for path in folder.iterdir():
        if path.is_file() and any(line.pattern.fullmatch(path.name) for line in _UNFINISHED):
            path.unlink()


class FolderFiles:
    """The files in a data folder. `bundled` says whether its log is on the bundled Valkey; if not,
    a `valkey` folder there is left from an earlier configuration."""

    def __init__(self, folder: Path, *, bundled: bool) -> None:
        self._folder = folder
        self._bundled = bundled
        self._valkey = ValkeyFiles(folder / VALKEY)

    def leftovers(self) -> Sequence[Path]:
        """What the bundled Valkey may have left behind; see `ValkeyFiles.leftovers`."""
        return self._valkey.leftovers() if self._bundled else ()

    def remove(self, leftovers: Sequence[Path]) -> None:
        """Remove these files, and make removals by Valkey durable too. Raises OSError."""
        if self._bundled:
            self._valkey.remove(leftovers)

    def refuse_strangers(self) -> None:
        """Raise StrangeFiles if there are unknown files."""
        if strangers := self.strangers():
            raise StrangeFiles(strangers)

    def strangers(self) -> list[str]:
        """The files that are not the service's, as sorted paths in the folder. Their contents are
        unknown; empty files are left out."""
        return sorted(path for path in _files(self._folder) if not self._is_known(path))

    def _is_known(self, path: str) -> bool:
        if not self._bundled and path.startswith(f"{VALKEY}/"):
            return False
        return any(line.pattern.fullmatch(path) for line in FILES)


def _files(folder: Path) -> Iterator[str]:
    """The paths of all files that are not empty; unreadable ones are skipped."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            with suppress(OSError):  # it was removed meanwhile, or is a broken link
                found = path.stat()
                if stat.S_ISREG(found.st_mode) and found.st_size:
                    yield path.relative_to(folder).as_posix()

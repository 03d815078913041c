"""The imports of a data folder. Each has a folder of its own:

    imports/<id>/file.*       what was sent, until it is imported
    imports/<id>/order.json   the order: written last, so an interrupted call leaves none
    imports/<id>/state.json   its progress
    imports/<id>/refused.csv  the rows that it has refused, of the last imports of a timeline
    imports/<id>/lock         held by the process that receives or imports it
    imports/<id>/redacted     exists if something of the timeline was redacted meanwhile
    imports/mappings/*.json   the mapping of the last import of each dataset

A process that ends releases its locks, so another one sees which imports nobody works on.
"""

from __future__ import annotations

import fcntl
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, TypeVar

import msgspec
from msgspec.structs import replace

from service.interchange.imports.refused_rows import REFUSED_ENCODING, RefusedFile
from service.interchange.imports.serving.import_order import ImportOrder, ImportStatus
from service.interchange.imports.serving.stored_mappings import StoredMappings
from service.messages.imports import FileFacts

__all__ = ["IMPORTS", "ImportFolder", "ImportFolders"]

IMPORTS: Final = "imports"
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_REDACTED: Final = "redacted"
_KEPT_SECONDS: Final = 7 * 86_400
"""How long the report of an import is kept."""
_MOST_REFUSED: Final = 16 << 20
"""The bytes of refused rows that are kept of one import."""
_WITH_REFUSED: Final = 10
"""The imports of one timeline whose refused rows are kept."""

T = TypeVar("T")


class ImportFolder:
    """The folder of one import."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def id(self) -> str:
        """The import's id."""
        return self.path.name

    @property
    def order(self) -> ImportOrder | None:
        """The order; None if the call was interrupted."""
        return _read(self.path / "order.json", ImportOrder)

    @property
    def status(self) -> ImportStatus:
        """The progress of the import."""
        found = _read(self.path / "state.json", ImportStatus) or ImportStatus(state="waiting")
        return self._shown(found)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to do."""
        return self.status.state in ("done", "failed")

    def file_for(self, name: str) -> Path:
        """The path of the file. The suffix of its name shows its form; the rest of the name is not
        used."""
        ending = re.sub(r"[^a-z0-9.]", "", Path(name).suffix.lower())[:16]
        return self.path / f"file{ending}"

    @property
    def refused_path(self) -> Path:
        """The path of the file of refused rows, which need not be there."""
        return self.path / "refused.csv"

    @contextmanager
    def refused_file(self, facts: FileFacts) -> Iterator[RefusedFile]:
        """A new file of refused rows, open until the end of the block. Raises OSError."""
        path = self.refused_path
        with path.open("w", encoding=REFUSED_ENCODING, newline="") as file:
            yield RefusedFile(file, facts, _MOST_REFUSED)

    def write_order(self, order: ImportOrder) -> None:
        """Store the order, once the file is there."""
        _write(self.path / "order.json", order)

    def write_status(self, status: ImportStatus) -> None:
        """Store the progress. The file is removed once it is no longer needed, and so is that of
        refused rows if it may not be shown."""
        path = self.path / "state.json"
        _write(path, self._shown(status))
        if self.is_redacted:  # perhaps only since the status was prepared
            with suppress(FileNotFoundError):  # the redaction has removed the import
                _write(path, self._shown(status))
        if status.state in ("done", "failed"):
            for file in self.path.glob("file*"):
                file.unlink(missing_ok=True)
            if not self.status.refused_rows:
                self.forget_refused()

    def forget_refused(self) -> None:
        """Remove the refused rows."""
        self.refused_path.unlink(missing_ok=True)

    def forget_texts(self) -> None:
        """Remove the texts of the file from the report from now on, because they may be
        redacted."""
        with suppress(FileNotFoundError):
            (self.path / _REDACTED).touch()

    @property
    def is_redacted(self) -> bool:
        """Whether something of the timeline was redacted since the import was ordered."""
        return (self.path / _REDACTED).exists()

    def _shown(self, status: ImportStatus) -> ImportStatus:
        if status.refused_rows and not self.refused_path.exists():
            status = replace(status, refused_rows=0)
        return status.counts_alone if self.is_redacted else status

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Try to reserve the import for this process until the end of the block. Yields whether
        that worked."""
        try:
            lock = (self.path / "lock").open("wb")
        except FileNotFoundError:
            yield False
            return
        with lock:
            yield _locked(lock)

    def remove(self) -> None:
        """Remove the import with all its files."""
        shutil.rmtree(self.path, ignore_errors=True)


class ImportFolders:
    """All imports of a data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / IMPORTS
        self.mappings = StoredMappings(self._path / "mappings")

    def make(self, import_id: str) -> ImportFolder:
        """A folder for a new import. Raises OSError."""
        self._path.mkdir(mode=0o700, exist_ok=True)
        path = self._path / import_id
        path.mkdir(mode=0o700)
        return ImportFolder(path)

    def find(self, timeline: str, import_id: str) -> ImportFolder | None:
        """The import of that id on the timeline; None if there is none."""
        if not _ID.fullmatch(import_id):
            return None
        folder = ImportFolder(self._path / import_id)
        order = folder.order
        return folder if order is not None and order.timeline == timeline else None

    def unfinished(self) -> Iterator[ImportFolder]:
        """Imports that were ordered and are not over. Removes those whose call was interrupted."""
        for folder in self._all():
            if folder.order is None:
                with folder.held() as alone:
                    if alone and folder.order is None:
                        folder.remove()
            elif not folder.is_over:
                yield folder

    def tidy(self) -> None:
        """Remove what was kept long enough: reports after a week, and the refused rows of all but
        the last imports of each timeline."""
        kept = Counter[str]()
        for folder in reversed([*self._all()]):
            is_old = _age(folder.path / "state.json") > _KEPT_SECONDS
            if not is_old and not folder.refused_path.exists():
                continue
            order = folder.order
            if order is None or not folder.is_over:
                continue
            kept[order.timeline] += not is_old
            if is_old:
                folder.remove()
            elif kept[order.timeline] > _WITH_REFUSED:
                folder.forget_refused()

    def forget(self, timeline: str | None) -> None:
        """Remove the reports and mappings of a timeline, or of all, because they may show redacted
        text. An import that is not over will have a report without texts."""
        for folder in self._all():
            order = folder.order
            if order is None or timeline not in (None, order.timeline):
                continue
            folder.forget_texts()  # before it is asked whether it is over
            if folder.is_over:
                folder.remove()
        self.mappings.forget(timeline)

    def _all(self) -> Iterator[ImportFolder]:
        with suppress(FileNotFoundError):
            for path in sorted(self._path.iterdir()):
                if _ID.fullmatch(path.name):
                    yield ImportFolder(path)


def _locked(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime  # noqa: TID251 - files have the system's time
    except OSError:
        return 0.0


def _read(path: Path, type_: type[T]) -> T | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=type_)
    except (OSError, msgspec.DecodeError):
        return None


def _write(path: Path, value: object) -> None:
    """Replace the file in one step, so that a reader finds the old or the new one."""
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(msgspec.json.encode(value))
    new.replace(path)

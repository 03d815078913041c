"""Backs up a data folder, while its service is running or stopped.

The service is neither stopped nor locked, and does not know of the backup. The order of copying
makes the backup consistent: first the keys and the signed heads, then the ledger, then the log.
Each file has everything that those copied before it refer to, because the log only grows. The log's
files that the manifest names are opened first; from then on it does not matter if Valkey rewrites
and removes them. An answered write is in the last of these files, so the backup has every write
that was answered before it began. The copy may end in the middle of a command, which Valkey drops
when it loads the file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from io import BytesIO
from os import fstat
from os.path import realpath
from pathlib import Path
from stat import S_ISREG
from typing import IO, Final

from events.errors import OnrecordError
from projections.storage.files.held_file import held_still
from service.backup.file import BackupDescription, BackupWriter
from service.datafolder.durable_file import appearing, read_file
from service.datafolder.files import FILES, VALKEY, FolderFile, FolderFileKind
from service.datafolder.valkey_files import APPEND_ONLY, MANIFEST, BrokenManifest, ValkeyFiles

__all__ = ["BackupRefused", "back_up", "size_of"]

_TRIES: Final = 100


class BackupRefused(OnrecordError):
    """The backup was refused; nothing was written."""


def back_up(
    folder: Path, path: Path, about: BackupDescription
) -> Generator[int | Sequence[str], None, None]:
    """Copy what the folder must keep to `path`. Yields the number of bytes of each chunk, and
    finally the names of the files. Until then `path` is unchanged. Raises BackupRefused,
    UnreadableFile, OSError."""
    _look_at(folder, path)
    with appearing(path) as file:
        writer = BackupWriter(file, about)
        for line in FILES:
            if line.is_kept:
                yield from _WAYS[line.kind](folder, line, writer)
        if not writer.names:
            raise BackupRefused(f"There is nothing of a service in {folder}: name its data folder.")
        writer.finish()
    yield tuple(writer.names)


def size_of(folder: Path) -> int:
    """How many bytes must be copied. Raises OSError."""
    kept = [line.pattern for line in FILES if line.is_kept]
    total = 0
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            name = path.relative_to(folder).as_posix()
            if any(pattern.fullmatch(name) for pattern in kept):
                with suppress(FileNotFoundError):  # Valkey has removed it since it was listed
                    total += path.stat().st_size
    return total


def _look_at(folder: Path, path: Path) -> None:
    if not folder.is_dir():
        raise BackupRefused(f"There is no folder {folder}: name the data folder by --data-dir.")
    if Path(realpath(path)).is_relative_to(realpath(folder)):
        raise BackupRefused(f"{path} is in the data folder itself: keep the backup apart from it.")
    if path.is_symlink() or (path.exists() and not S_ISREG(path.stat().st_mode)):
        raise BackupRefused(f"{path} is there, and is not a plain file: choose another name.")


def _copy_file(folder: Path, line: FolderFile, writer: BackupWriter) -> Iterator[int]:
    content = read_file(folder / line.name)
    if content is not None:
        yield from writer.add(line.name, BytesIO(content), len(content))


def _copy_database(folder: Path, line: FolderFile, writer: BackupWriter) -> Iterator[int]:
    if not (folder / line.name).exists():
        return
    with held_still(folder / line.name) as paths:
        for path in paths:
            with path.open("rb") as source:
                yield from writer.add(path.name, source, fstat(source.fileno()).st_size)


def _copy_log(folder: Path, line: FolderFile, writer: BackupWriter) -> Iterator[int]:
    if not (folder / VALKEY / APPEND_ONLY).is_dir():
        return
    with _opened(folder / VALKEY) as (manifest, sources):
        for source, size in sources:
            name = f"{line.name}{Path(source.name).name}"
            yield from writer.add(name, source, size)
        yield from writer.add(f"{line.name}{MANIFEST}", BytesIO(manifest), len(manifest))


@contextmanager
def _opened(valkey: Path) -> Iterator[tuple[bytes, list[tuple[IO[bytes], int]]]]:
    """The manifest, and the open files that it names, with their current lengths."""
    for _ in range(_TRIES):
        with ExitStack() as opened:
            try:
                manifest = ValkeyFiles(valkey).manifest()
            except (FileNotFoundError, BrokenManifest) as error:
                detail = "put the log back, or start the service once"
                raise BackupRefused(
                    f"The log in {valkey} cannot be read ({error}): {detail}."
                ) from error
            paths = [valkey / APPEND_ONLY / name for name in manifest.names]
            try:
                files = [opened.enter_context(path.open("rb")) for path in paths]
            except FileNotFoundError:
                continue  # Valkey has rewritten the log, and the manifest names other files now
            yield manifest.text, [(file, fstat(file.fileno()).st_size) for file in files]
            return
    raise BackupRefused(f"The manifest in {valkey} names files that are not there.")


_WAYS: Final[dict[FolderFileKind, Callable[[Path, FolderFile, BackupWriter], Iterator[int]]]] = {
    "file": _copy_file,
    "database": _copy_database,
    "log": _copy_log,
}

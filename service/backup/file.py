"""The file of a backup: a tar archive that every tar reads.

backup.json      {"format":1,"release":…,"made_at":…}
<path>           each file under its path in the data folder
SHA256SUMS       of everything before it, as `sha256sum -c` reads it; it comes last, so an archive
                 that was cut short does not have it
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from typing import IO, BinaryIO, Final, NamedTuple

import msgspec

from events.errors import OnrecordError

__all__ = ["BackupDescription", "BackupWriter", "BadBackup", "FilePiece", "pieces_of"]

_ABOUT: Final = "backup.json"
_SUMS: Final = "SHA256SUMS"
_FORMAT: Final = 1
_PIECE: Final = 1 << 20
_MOST_SMALL: Final = 1 << 24
_MODE: Final = 0o600


class BadBackup(OnrecordError):
    """The file is not a backup, or is incomplete."""


class BackupDescription(msgspec.Struct, frozen=True):
    """A backup's description: the release that made it, and when (RFC 3339, UTC)."""

    release: str
    made_at: str
    format: int = _FORMAT


class BackupWriter:
    """Writes a backup to `file`, chunk by chunk."""

    def __init__(self, file: IO[bytes], about: BackupDescription) -> None:
        self._file = file
        self._sums: list[str] = []
        self.names: list[str] = []
        for _ in self._put(_ABOUT, BytesIO(body := msgspec.json.encode(about)), len(body)):
            pass

    def add(self, name: str, source: IO[bytes], size: int) -> Iterator[int]:
        """Add the first `size` bytes of `source` under this name. Yields the number of bytes of
        each chunk. Raises OSError, also if `source` is shorter."""
        yield from self._put(name, source, size)
        self.names.append(name)

    def finish(self) -> None:
        """Write the checksums and the end of the archive."""
        body = "".join(self._sums).encode()
        for _ in self._put(_SUMS, BytesIO(body), len(body)):
            pass
        self._file.write(bytes(2 * tarfile.BLOCKSIZE))

    def _put(self, name: str, source: IO[bytes], size: int) -> Iterator[int]:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, _MODE
        self._file.write(entry.tobuf(tarfile.GNU_FORMAT))
        digest, left = sha256(), size
        while left:
            piece = source.read(min(left, _PIECE))
            if not piece:
                raise OSError(f"{name} became shorter while it was copied: try again")
            self._file.write(piece)
            digest.update(piece)
            left -= len(piece)
            yield len(piece)
        self._file.write(bytes(-size % tarfile.BLOCKSIZE))
        self._sums.append(f"{digest.hexdigest()}  {name}\n")


class FilePiece(NamedTuple):
    """A chunk of a file; the first chunk of each file, which may be empty, has `begins` set."""

    name: str
    content: bytes
    begins: bool


def pieces_of(file: BinaryIO) -> Iterator[BackupDescription | FilePiece]:
    """Yields the backup's description, then all files chunk by chunk. Raises BadBackup if the
    backup is invalid or incomplete, perhaps only at its end: trust nothing before that."""
    sums: dict[str, str] = {}
    try:
        with tarfile.open(fileobj=file, mode="r|") as archive:
            for entry in archive:
                source = archive.extractfile(entry) if entry.isreg() else None
                if source is None or entry.name in sums:
                    raise BadBackup(f"It holds {entry.name[:99]!r}, which is not part of a backup.")
                if entry.name == _SUMS:
                    _compare(_small(entry, source), sums)
                    return
                if not sums:
                    content = _small(entry, source)
                    yield _about_in(entry.name, content)
                    sums[entry.name] = sha256(content).hexdigest()
                else:
                    yield from _pieces(entry.name, source, sums)
    except tarfile.TarError as error:
        raise BadBackup(f"It is not a backup, or only a part of one ({error}).") from error
    raise BadBackup("It was cut short: its end is missing.")


def _pieces(name: str, source: IO[bytes], sums: dict[str, str]) -> Iterator[FilePiece]:
    digest, content, begins = sha256(), source.read(_PIECE), True
    while content or begins:
        digest.update(content)
        yield FilePiece(name, content, begins)
        content, begins = source.read(_PIECE), False
    sums[name] = digest.hexdigest()


def _small(entry: tarfile.TarInfo, source: IO[bytes]) -> bytes:
    if entry.size > _MOST_SMALL:
        raise BadBackup(f"It is not a backup: {entry.name[:99]!r} is too long.")
    return source.read()


def _about_in(name: str, content: bytes) -> BackupDescription:
    if name != _ABOUT:
        raise BadBackup(f"It is not a backup of onrecord: it begins with {name[:99]!r}.")
    try:
        about = msgspec.json.decode(content, type=BackupDescription)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadBackup(f"It is not a backup of onrecord: {_ABOUT}: {error}.") from error
    if about.format != _FORMAT:
        raise BadBackup(
            f"It has format {about.format}, and this release knows {_FORMAT}: install the release "
            f"that made it, {about.release}."
        )
    return about


def _compare(content: bytes, sums: dict[str, str]) -> None:
    lines = [line.partition("  ") for line in content.decode(errors="replace").splitlines()]
    listed = {name: digest for digest, _, name in lines}
    for name in sorted({*listed, *sums}):
        if listed.get(name) != sums.get(name):
            raise BadBackup(f"It is damaged: {name[:99]} is not what it was when it was made.")

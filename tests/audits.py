"""Signed histories for tests of audits: lines, notes and bundles."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from events.audit.line import cut
from events.event.envelope import line_of, statement_subject
from events.event.types import StatementRedacted
from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.merkle import Frontier, leaf_hash
from events.tlog.note import SignerKey, sign_note
from tests.histories import History

__all__ = [
    "OTHER",
    "SIGNER",
    "archive",
    "bundle_files",
    "kursk",
    "leaf_of",
    "lines_of",
    "note_of",
    "redact",
    "signed",
    "write_bundle",
]

SIGNER = SignerKey("onrecord.local/timelines/kursk", bytes(range(32)))
OTHER = SignerKey("onrecord.local/timelines/kursk", bytes(range(1, 33)))
"""Another key with the same name: a forger's."""


def kursk(count: int = 20) -> History:
    """A timeline of `count` events, with statements `s2`, `s3` … named by their revisions."""
    history = History()
    history.open()
    for number in range(2, count + 1):
        history.record(f"s{number}")
    return history


def lines_of(history: History) -> list[bytes]:
    return [line_of(stored) for stored in history.entries]


def redact(history: History, id: str) -> int:  # noqa: A002 - the field's own name
    """Append the redaction of a statement and remove its text. Returns the redaction's revision."""
    subject = statement_subject(id)
    headers = [msgspec.json.decode(stored.header) for stored in history.entries]
    gone = [header["revision"] for header in headers if header["subject"] == subject]
    revision = history.add(subject, StatementRedacted(revisions=tuple(gone), reason="a court"))
    for number in gone:
        stored = history.entries[number - 1]
        history.entries[number - 1] = stored._replace(salt=None, data=None, redacted=revision)
    return revision


def leaf_of(line: bytes) -> bytes:
    return cut(line).leaf


def signed(lines: Iterable[bytes], origin: str = SIGNER.verifier.name) -> SignedCheckpoint:
    """The checkpoint over the lines."""
    tree = Frontier()
    for line in lines:
        tree.append(leaf_hash(leaf_of(line)))
    return SignedCheckpoint(origin, tree.size, tree.root())


def note_of(lines: Iterable[bytes], signer: SignerKey = SIGNER) -> bytes:
    """The signed note over the lines."""
    return sign_note(signed(lines, signer.verifier.name).text(), [signer]).encode()


def bundle_files(
    lines: Sequence[bytes], note: bytes, timeline: str = "kursk"
) -> list[tuple[str, bytes]]:
    """The files of a bundle, as `onrecord bundle` names them."""
    events = b"".join(line + b"\n" for line in lines)
    return [
        ("README", b"Read me."),
        (f"{timeline}/keys", f"{SIGNER.verifier}\n".encode()),
        (f"{timeline}/checkpoint", note),
        (f"{timeline}/events.ndjson", events),
    ]


def write_bundle(path: Path, files: Iterable[tuple[str, bytes]]) -> Path:
    """Write an archive of the files as another program does."""
    return archive(path, [(name, body, {}) for name, body in files])


def archive(path: Path, members: Iterable[tuple[str, bytes, dict[str, Any]]]) -> Path:
    """Write an archive whose members have more attributes (of `TarInfo`) than a name."""
    with (
        gzip.open(path, "wb", 1) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as written,
    ):
        for name, body, attributes in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            for key, value in attributes.items():
                setattr(entry, key, value)
            written.addfile(entry, io.BytesIO(body))
    return path

"""A bundle: what an offline audit of a timeline needs, in one file that anyone can read.

    README                        what it is, and the steps
    <timeline>/keys               verifier keys as the service shows them: to compare, not to trust
    <timeline>/checkpoint         the signed note
    <timeline>/events.ndjson      every event that it covers, one exact line each

The same events and note make the same file, byte for byte.
"""

from __future__ import annotations

import gzip
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Final, Literal, NamedTuple

from events.audit.line import MOST_LINE
from events.statement.timeline_names import ANY_TIMELINE
from events.tlog.errors import Tampered
from events.tlog.note import VerifierKey
from service.verifier.archive import BadArchive, Member, members
from service.verifier.output_file import folder_for, writing_whole
from service.verifier.pins import SavedCheckpoint
from service.verifier.report import Report
from service.verifier.timeline_audit import AuditEnded, TimelineAudit, open_audit

__all__ = ["Contents", "audit_bundle", "contents_of", "lines_of", "writing_bundle"]

_LONGEST: Final = 8 * 1024**3
"""The size in bytes at which a file becomes too large for a POSIX ustar header."""
_LEVEL: Final = 3
_MOST_SMALL: Final = 1 << 20
_EVENTS: Final = "events.ndjson"

_README: Final = """\
A bundle of onrecord: the timeline {timeline} as it was signed at {size} events.

  {timeline}/events.ndjson   every event, one exact line each
  {timeline}/checkpoint      the signed checkpoint (C2SP signed note, tlog-checkpoint)
  {timeline}/keys            the verifier keys that the service showed: to compare, not to trust

With onrecord, and the verifier key that you got from the operator in another way:

  onrecord verify BUNDLE --vkey KEY [--since SAVED-CHECKPOINT]

With tools of others, step by step:

1. Check the signature of `checkpoint`: Ed25519 over its text up to and with the line feed before
   the empty line. Its lines are: whose tree it is, the number of events, the root in base64.
2. Cut each line of events.ndjson at the first `,"salt":` and put `}}` after the left part: that is
   the event's header, and the leaf. The right part is `"<salt>","data":<data>}}`. A line without a
   salt is cut at `,"redacted":` and names the revision of a later event, of the type
   statement.redacted and the same subject, whose data's `revisions` name this one.
3. `digest` in the header is SHA-256 over `onrecord-data-v1`, a zero byte, the salt's 16 bytes and
   the data's bytes as they are.
4. Revisions are 1, 2, 3 ...; `recorded_at` never goes back; no `id` comes twice.
5. The root is that of RFC 6962 over the headers: SHA-256 of 0x00 and a leaf, of 0x01 and two nodes.
"""


class Contents(NamedTuple):
    """The small files of one timeline in a bundle; None if one is missing."""

    note: bytes | None = None
    keys: tuple[str, ...] = ()
    events: bool = False


def contents_of(path: Path) -> dict[str, Contents]:
    """The timelines in a bundle, by name. Raises BadArchive, OSError."""
    found: dict[str, Contents] = {}
    seen: set[str] = set()
    for member in members(path):
        timeline, part = _placed(member.name)
        if (place := f"{timeline}/{part}") in seen:
            raise BadArchive(f"It holds {member.name!r} twice.")
        seen.add(place)
        if timeline:
            found[timeline] = _with(found.get(timeline, Contents()), part, member)
    if not found:
        raise BadArchive("It holds no timeline.")
    return found


def _placed(name: str) -> tuple[str, str]:
    """The timeline and the part in a member's name; the timeline of the README is empty."""
    plain = name.removeprefix("./")
    timeline, slash, part = plain.partition("/")
    if not slash and plain in {"README", "README.md", "README.txt"}:
        return "", plain
    if not ANY_TIMELINE.admits(timeline) or part not in {"keys", "checkpoint", _EVENTS}:
        raise BadArchive(f"It holds {name[:200]!r}, which is not part of a bundle.")
    return timeline, part


def _with(contents: Contents, part: str, member: Member) -> Contents:
    if part == _EVENTS:
        return contents._replace(events=True)
    small = member.read(_MOST_SMALL)
    if part == "checkpoint":
        return contents._replace(note=small)
    keys = small.decode(errors="replace").splitlines()
    return contents._replace(keys=tuple(filter(None, map(str.strip, keys))))


def lines_of(path: Path, timeline: str) -> Iterator[bytes]:
    """The timeline's lines in a bundle, empty if it has no events. Raises BadArchive."""
    for member in members(path):
        if _placed(member.name) == (timeline, _EVENTS):
            yield from member.lines(MOST_LINE)
            return


def audit_bundle(
    path: Path,
    timeline: str,
    contents: Contents,
    pins: Sequence[VerifierKey],
    saved: Sequence[SavedCheckpoint] = (),
) -> Iterator[tuple[int, int] | Report]:
    """Yields the progress now and then (lines done, all lines), and finally the report."""
    try:
        audit = open_audit(timeline, contents.note, pins, contents.keys, saved)
    except AuditEnded as error:
        yield error.report
        return
    if audit.saved > audit.signed.size:
        known = [each for each in saved if each.checkpoint.size <= audit.signed.size]
        later = audit.saved
        audit = open_audit(timeline, contents.note, pins, contents.keys, known)
    else:
        later = 0
    try:
        for step in _looked_at(audit, lines_of(path, timeline)):
            yield _outdated(audit, later) if later and isinstance(step, Report) else step
    except Tampered as error:
        yield audit.tampered(error)
    except BadArchive as error:
        yield _cut_short(audit, error)


def _outdated(audit: TimelineAudit, later: int) -> Report:
    return audit.unproven(
        f"The bundle has {audit.signed.size:,} signed events, older than the saved checkpoint of "
        f"{later:,}.",
        "Ask for a later bundle: this one does not show whether it was cut short.",
    )


def _looked_at(audit: TimelineAudit, lines: Iterator[bytes]) -> Iterator[tuple[int, int] | Report]:
    verification = audit.verification
    for line in islice(lines, verification.size):
        verification.add(line)
        if verification.count % 1_000 == 0:
            yield verification.count, verification.size
    verification.finish()
    yield audit.verified(beyond=sum(1 for _ in lines))


def _cut_short(audit: TimelineAudit, error: BadArchive) -> Report:
    due = audit.verification.count + 1
    return audit.unproven(f"The bundle cannot be read at revision {due}: {error}")


@contextmanager
def writing_bundle(
    path: Path, timeline: str, size: int, note: bytes, keys: bytes
) -> Iterator[IO[bytes]]:
    """A file to write the lines to. If the block ends without an error, the complete bundle is at
    `path`; see `writing_whole`. Raises OSError."""
    with tempfile.TemporaryFile(dir=folder_for(path)) as lines:
        yield lines
        length = lines.tell()
        lines.seek(0)
        readme = _README.format(timeline=timeline, size=size).encode()
        with (
            writing_whole(path) as raw,
            gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|", format=_format(length)) as archive,
        ):
            for name, body in (
                ("README", readme),
                (f"{timeline}/keys", keys),
                (f"{timeline}/checkpoint", note),
            ):
                archive.addfile(_entry(name, len(body)), BytesIO(body))
            archive.addfile(_entry(f"{timeline}/{_EVENTS}", length), lines)


def _format(length: int) -> Literal[0, 1]:
    """The tar format: POSIX ustar, or GNU tar's, which every tar can read, if a file is too large
    for ustar."""
    return tarfile.USTAR_FORMAT if length < _LONGEST else tarfile.GNU_FORMAT


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o644
    return entry

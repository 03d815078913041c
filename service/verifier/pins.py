"""What the auditor brings: verifier keys, and signed checkpoints that were saved earlier."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from events.statement.timeline_names import ANY_TIMELINE
from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.errors import AuditError, BadKey
from events.tlog.note import VerifierKey, open_note

__all__ = ["SavedCheckpoint", "read_pins", "read_saved", "timeline_of"]

MOST_FILE: Final = 1 << 20
Opener = Callable[[Path], BinaryIO]
"""Opens a file to be read."""

_origin = re.compile(r".+/timelines/(?P<timeline>[^/]+)")


class SavedCheckpoint(NamedTuple):
    """A signed checkpoint of the timeline that was saved earlier, and the pinned keys that signed
    it."""

    timeline: str
    checkpoint: SignedCheckpoint
    signed_by: tuple[VerifierKey, ...]


def read_pins(given: Sequence[str], opened: Opener) -> tuple[VerifierKey, ...]:
    """Read verifier keys; each argument is a key, or a file with one a line, which `opened` opens.
    Raises BadKey, and OSError if a file cannot be read."""
    keys: dict[VerifierKey, None] = {}
    for text in given:
        for line in _lines(text.strip(), opened):
            keys[VerifierKey.parse(line)] = None
    return tuple(keys)


def _lines(text: str, opened: Opener) -> list[str]:
    """The key itself, or the lines of the file with that name."""
    if text.count("+") >= 2 and not Path(text).is_file():
        return [text]
    try:
        with opened(Path(text)) as file:
            raw = file.read(MOST_FILE + 1).decode()
    except UnicodeDecodeError as error:
        raise BadKey(f"{text} is not a text file with verifier keys.") from error
    lines = [line.strip() for line in raw.splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if not found or len(raw) > MOST_FILE:
        raise BadKey(f"{text} holds no verifier keys, one a line.")
    return found


def read_saved(path: Path, pins: Sequence[VerifierKey], opened: Opener) -> SavedCheckpoint:
    """Read the signed checkpoint in the file, which one of the pinned keys must have signed.
    `opened` opens the file.

    Raises BadNote, UnknownSignature, and OSError if the file cannot be read.
    """
    with opened(path) as file:
        note = open_note(file.read(MOST_FILE), pins)
    checkpoint = SignedCheckpoint.parse(note.text)
    if all(key.name != checkpoint.origin for key in note.signed_by):
        raise AuditError(f"{path} is signed by a key of another name than its origin.")
    timeline = timeline_of(checkpoint.origin)
    if timeline is None:
        raise AuditError(f"{path} is not the checkpoint of a timeline.")
    return SavedCheckpoint(timeline, checkpoint, note.signed_by)


def timeline_of(origin: str) -> str | None:
    """The timeline whose checkpoints have this origin, or None if it names no timeline."""
    match = _origin.fullmatch(origin)
    return match["timeline"] if match and ANY_TIMELINE.admits(match["timeline"]) else None

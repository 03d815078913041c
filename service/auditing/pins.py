"""What the auditor brought: verifier keys, and earlier signed checkpoints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from events.audit_errors import AuditError, BadKey
from events.checkpoint import Checkpoint
from events.note import VerifierKey, open_note
from events.wording import TIMELINE

__all__ = ["SavedCheckpoint", "read_pins", "read_saved", "timeline_of"]

MOST_FILE: Final = 1 << 20
_origin = re.compile(r".+/timelines/(?P<timeline>[^/]+)")


class SavedCheckpoint(NamedTuple):
    """A signed checkpoint of the timeline that was kept from an earlier day."""

    timeline: str
    checkpoint: Checkpoint


def read_pins(given: Sequence[str]) -> tuple[VerifierKey, ...]:
    """Each is a verifier key, or a file with one a line. Raises BadKey, and OSError where a file
    cannot be read."""
    keys: dict[VerifierKey, None] = {}
    for text in given:
        for line in _lines(text.strip()):
            keys[VerifierKey.parse(line)] = None
    return tuple(keys)


def _lines(text: str) -> list[str]:
    """The key itself, or what stands in the file of that name."""
    if text.count("+") >= 2 and not Path(text).is_file():
        return [text]
    try:
        raw = Path(text).read_bytes()[: MOST_FILE + 1].decode()
    except UnicodeDecodeError as error:
        raise BadKey(f"{text} is no text with verifier keys.") from error
    lines = [line.strip() for line in raw.splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if not found or len(raw) > MOST_FILE:
        raise BadKey(f"{text} holds no verifier keys, one a line.")
    return found


def read_saved(path: Path, pins: Sequence[VerifierKey]) -> SavedCheckpoint:
    """The signed checkpoint in the file, by one of the pinned keys.

    Raises BadNote, UnknownSignature, and OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        opened = open_note(file.read(MOST_FILE), pins)
    checkpoint = Checkpoint.parse(opened.text)
    if all(key.name != checkpoint.origin for key in opened.signed_by):
        raise AuditError(f"{path} is signed by a key of another name than its origin.")
    timeline = timeline_of(checkpoint.origin)
    if timeline is None:
        raise AuditError(f"{path} is the checkpoint of no timeline.")
    return SavedCheckpoint(timeline, checkpoint)


def timeline_of(origin: str) -> str | None:
    """The timeline whose checkpoints have this origin; None where it names none."""
    match = _origin.fullmatch(origin)
    return match["timeline"] if match and TIMELINE.admits(match["timeline"]) else None

"""What the tests of `onrecord verify` share: a signed timeline and the key for it."""

from __future__ import annotations

from tests.audits import (
    SIGNER,
    kursk,
    lines_of,
    note_of,
)

VKEY = str(SIGNER.verifier)
LINES = lines_of(kursk())
NOTE = note_of(LINES)

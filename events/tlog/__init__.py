"""Transparency logs: the Merkle tree of RFC 6962, its tiles and proofs, and C2SP signed notes.

Nothing here knows an event; a leaf is bytes.

Tested elsewhere:
- `tests/unit/events/tlog/test_note.py`: `errors`
- `tests/conformance/test_merkle.py`: `merkle`
"""

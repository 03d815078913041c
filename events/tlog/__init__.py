"""Transparency logs: the Merkle tree of RFC 6962, its tiles and proofs, and C2SP signed notes.

A leaf is bytes here. What an event's leaf is, and how a history is examined, belongs to
`events.audit`.

Tested elsewhere:
- `tests/unit/events/tlog/test_note.py`: `errors`
- `tests/conformance/test_merkle.py`: `merkle`
"""

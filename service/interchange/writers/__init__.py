"""The formats of other programs, one in each module: each is written by its specification, and
lists what it cannot hold (`LOSSES`).

They are pure functions from statements or events to bytes: nothing here reads the read model or
knows of HTTP. `service.interchange.exports` selects the statements.

Tested elsewhere:
- `tests/acceptance/test_export.py`: `exported`, `loss`
"""

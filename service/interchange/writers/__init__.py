"""The formats of other programs, one a module: each writes what its specification says, and says
what it cannot hold (`LOSSES`).

They are pure functions from statements or events to bytes: nothing here reads the read model or
knows of HTTP. Which statements are written is decided in `service.interchange.exports`.

Tested elsewhere:
- `tests/acceptance/test_export.py`: `exported`, `loss`
"""

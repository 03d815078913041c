"""Keys, grants and sessions: how they are made, changed and asked about.

What follows from them is decided in `service.access`; the rules of what may be changed are in
`service.writing.rules`.

Tested elsewhere:
- `tests/acceptance/test_granting.py`: `registry`
- `tests/acceptance/test_sessions.py`: `cookie`, `sign_in`
"""

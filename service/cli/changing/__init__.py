"""The commands that change what is recorded, each in its own module, and `diff`, which shows
changes.

Each makes one call to a server through `service.client`. Recording statements belongs to
`service.cli.statements`.

Tested elsewhere:
- `tests/acceptance/test_cli_changing.py`: `changing`, `correct`, `diff`, `grade`, `redact`,
  `reinstate`, `relate`, `retract`, `unrelate`
"""

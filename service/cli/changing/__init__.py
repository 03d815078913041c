"""The commands that change what is recorded, a module a command, and `diff`: what was changed.

They make one call to a server through `service.client`. What records statements is in
`service.cli.statements`.

Tested elsewhere:
- `tests/acceptance/test_cli_changing.py`: `changing`, `correct`, `diff`, `grade`, `redact`,
  `reinstate`, `relate`, `retract`, `unrelate`
"""

"""How the commands print statements, events, audits and dates for people.

These modules call no server and read no file; the rooms of commands, such as
`service.cli.statements`, do.

Tested elsewhere:
- `tests/acceptance/test_verify.py`: `audit_view`
"""

"""The commands about access: `keys`, `grants`, `why`, `sign-in`.

They ask a server, or work on its data folder, while it runs or not: who has the folder has a way
back in. What follows from keys and grants is decided in `service.access`.

Tested elsewhere:
- `tests/acceptance/test_cli_granting.py`: `asking`, `desk`, `folder`, `grants`,
  `keys`, `sign_in`, `why`
"""

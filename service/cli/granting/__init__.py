"""The commands about access: `keys`, `grants`, `why`, `sign-in`.

They call a server, or work on its data folder while the server runs or is stopped, so the owner of
the folder always has access. What follows from keys and grants is decided in `service.access`.

Tested elsewhere:
- `tests/acceptance/test_cli_granting.py`: `asking`, `backend`, `folder`, `grants`,
  `keys`, `sign_in`, `why`
"""

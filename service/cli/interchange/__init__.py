"""The command that imports files: `import` (in `import_`, since its name is a keyword of Python).

It calls a server through `service.client`; reading files belongs to `service.interchange`.

Tested elsewhere:
- `tests/acceptance/test_import.py`: `client_target`, `import_`, `import_file`, `import_view`
"""

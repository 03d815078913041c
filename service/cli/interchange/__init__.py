"""The commands that bring files in and take them out: `import` (in `import_`, since its name is a
word of Python).

They talk to a server through `service.client`; what a file means is in `service.interchange`.

Tested elsewhere:
- `tests/acceptance/test_import.py`: `client_target`, `import_`, `import_file`, `import_view`
"""

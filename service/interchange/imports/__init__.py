"""Imports: rows become statements of a timeline, and what is there already is recognized.

An import can say what it would do before it does it, reports everything that it drops, and can be
cut off at any point and run again. It reaches a timeline only through `target`; what a row means
belongs to `service.interchange.mappings`.

Tested elsewhere:
- `tests/unit/service/interchange/imports/test_importing.py`: `import_file`, `own_lines`,
  `prepared_rows`, `refused_rows`
- `tests/acceptance/test_import.py`: `event_commands`, `target`
"""

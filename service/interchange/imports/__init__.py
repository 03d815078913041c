"""Imports: rows become statements of a timeline, and what is there already is recognized.

An import says what it would do before it does it, loses nothing unsaid, and can be cut off at any
point and run again. It knows of a server only what `target` says.

Tested elsewhere:
- `tests/unit/service/interchange/imports/test_importing.py`: `import_file`, `own_lines`,
  `prepared_rows`, `refused_rows`
- `tests/acceptance/test_import.py`: `target`
"""

"""Imports: rows become statements of a timeline, and rows that were imported before are recognized.

An import can be tried without recording anything, reports everything that it drops, and can be
interrupted at any point and run again. It reaches a timeline only through `target`; the meaning of
rows belongs to `service.interchange.mappings`.

Tested elsewhere:
- `tests/unit/service/interchange/imports/test_importing.py`: `import_file`, `own_lines`
- `tests/acceptance/test_import.py`: `event_commands`, `target`
"""

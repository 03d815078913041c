"""Mappings: what each field of a statement is made of, and applying that to a row.

Everything here is pure: no clock, no file, no server. Dates are read by the patterns that a mapping
names, and are never guessed. Reading files into rows belongs to `service.interchange.tables`,
recording the statements to `service.interchange.imports`.

Tested elsewhere:
- `tests/unit/service/interchange/mappings/test_composer.py`: `fields`, `evaluation`
- `tests/unit/service/interchange/mappings/test_mapping.py`: `file_form`, `outline`
"""

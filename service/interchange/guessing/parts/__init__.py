"""The parts of the statement of a first mapping, each made of the columns that have its roles.
Assigning roles and putting the parts together belong to `service.interchange.guessing`.

Tested elsewhere:
- `tests/unit/service/interchange/guessing/test_first_mapping.py`: `guessed_text`
- `tests/unit/service/interchange/guessing/test_wide_sheets.py`: `guessed_sources`
"""

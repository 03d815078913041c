"""The parts of the statement of a first mapping, each made of the columns that have its roles.
Which column has which role belongs to `service.interchange.guessing`, and so does putting the parts
together.

Tested elsewhere:
- `tests/unit/service/interchange/guessing/test_first_mapping.py`: `guessed_text`
- `tests/unit/service/interchange/guessing/test_wide_sheets.py`: `guessed_sources`
"""

"""A first mapping for a spreadsheet that nobody has seen before, from the names of its columns and
from what stands in them. It is written to a file for a person to read and change, and says nothing
of a cell that the cell does not say: a date is read by a pattern that fits the whole column. How a
mapping is applied belongs to `service.interchange.mappings`.

Tested elsewhere:
- `tests/unit/service/interchange/guessing/test_first_mapping.py`: `column_words`,
  `columns_left`, `guessed_dates`, `guessed_numbers`, `guessed_sources`, `statement_guess`
"""

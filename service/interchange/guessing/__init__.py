"""A first mapping for a spreadsheet that nobody has seen before, from the names of its columns and
from what stands in them. It is written to a file for a person to read and change, and says nothing
of a cell that the cell does not say: a date is read by a pattern that fits the whole column. How a
mapping is applied belongs to `service.interchange.mappings`.

`columns/` says what each column is like: the meanings of its name, the look of its cells.
`tell_table` says what makes a column a speaker, a place or a source, with points, and `tells` how
its cells have to look for it; `assignment` gives each column the role for which it has the most.
`whole_table` says what all columns tell together. `parts/` makes the columns of each role into a
part of a statement, `statement_guess` puts these together, and `tried_mapping` takes back what
refuses the rows.

Tested elsewhere:
- `tests/unit/service/interchange/guessing/test_first_mapping.py`: `statement_guess`
- `tests/unit/service/interchange/guessing/test_wide_sheets.py`: `assignment`, `tells`,
  `whole_table`
"""

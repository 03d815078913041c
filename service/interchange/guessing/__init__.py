"""A first mapping for an unknown spreadsheet, guessed from the names of its columns and from their
cells. It is written to a file, which a person reads and changes. It adds nothing to a cell: a date
is read by a pattern that fits the whole column. Applying a mapping belongs to
`service.interchange.mappings`.

`columns/` finds the features of each column: the meanings of its name, the look of its cells.
`clue_table` has the points by which a column is a speaker, a place or a source, and `clues` how its
cells must look for that; `assignment` gives each column the role with the most points.
`whole_table` has features of all columns together. `parts/` turns the columns of each role into a
part of a statement, `statement_guess` puts the parts together, and `tried_mapping` removes what
makes rows be refused.

Tested elsewhere:
- `tests/unit/service/interchange/guessing/test_first_mapping.py`: `statement_guess`
- `tests/unit/service/interchange/guessing/test_wide_sheets.py`: `assignment`, `clues`,
  `whole_table`
"""

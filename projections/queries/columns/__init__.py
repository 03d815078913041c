"""Columns in memory: for queries over many statements, at the speed of memory.

They are derived from the tables, which answer the same queries until the columns are loaded.
Queries that an index of the tables answers belong to `projections.queries`.

Tested elsewhere:
- `tests/unit/projections/queries/columns/test_cached_columns.py`: `current_columns`
- `tests/unit/projections/queries/test_queries.py`: `choosing`, `conditions`, `grown`,
  `matching_rows`, `loading`
- `tests/unit/projections/queries/test_counting.py`: `counting`
"""

"""Columns in memory: what is asked of many statements at once, at the speed of memory.

They are derived from the tables, of which the same is asked until they are loaded. What the tables
answer by an index belongs to `projections.queries`.

Tested elsewhere:
- `tests/unit/projections/queries/columns/test_kept.py`: `current`
- `tests/unit/projections/queries/test_queries.py`: `choosing`, `conditions`, `grown`,
  `hits`, `loading`
- `tests/unit/projections/queries/test_counting.py`: `counting`
"""

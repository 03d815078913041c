"""Sets of rows that have a term (`naming.py`) or a word (`wording.py`).

A small set is a list of rows (`rare.py`); a large one a bitmap (`bitmap.py`), cached for the next
query (`bitmap_cache.py`). `postings.py` has the terms of one field.

Filters, and the dates, kinds and standings of rows, belong to `projections.queries.columns`.

Tested elsewhere:
- `tests/unit/projections/queries/test_queries.py`: `naming`
"""

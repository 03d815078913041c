"""Statements as they are shown, in JSON: how they are read from the tables, how they end, and how
they are kept. What such a JSON begins with is encoded by `projections.fold`; which statements are
on a page belongs to `projections.queries.listing`.

Tested elsewhere:
- `tests/unit/projections/queries/test_queries.py`: `statements`
"""

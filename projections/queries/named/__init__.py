"""Queries about what statements name: actors, their spellings, sources.

How the statements that name one are found belongs to `projections.queries.listing`.

Tested elsewhere:
- `tests/unit/projections/queries/test_queries.py`: `actors`, `sources`, `spellings`
"""

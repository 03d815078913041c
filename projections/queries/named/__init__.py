"""Queries about what statements name: actors, their spellings, sources.

Finding the statements that name one belongs to `projections.queries.listing`.

Tested elsewhere:
- `tests/unit/projections/queries/test_queries.py`: `actors`, `sources`, `spellings`
"""

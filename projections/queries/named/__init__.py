"""Queries about what statements name: actors, their spellings, sources.

Tested elsewhere:
- `tests/unit/projections/queries/test_queries.py`: `actors`, `sources`, `spellings`
"""

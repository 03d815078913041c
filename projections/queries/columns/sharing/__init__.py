"""Columns that processes share: a snapshot in a file, which each process maps for itself.

When which timeline is loaded, and what is asked of it, belongs to `projections.queries.columns`;
the names of the files belong to `projections.storage.files`.

Tested elsewhere:
- `tests/unit/projections/queries/test_queries.py`: `image`
"""

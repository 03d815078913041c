"""The read model's files: SQLite connections, the tables, and how rows are read and written.

What the rows mean belongs to `projections.fold`.

Tested elsewhere:
- `tests/unit/projections/storage/test_store.py`: `schema`, `tables`
- `tests/unit/projections/storage/files/test_held_file.py`: `database`
- `tests/unit/projections/test_digest.py`: `reader`
"""

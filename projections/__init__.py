"""What the log adds up to: the read model in SQLite, folded from events, and its queries.

What an event is belongs to `events`; HTTP and processes belong to `service`.

Tested elsewhere:
- `tests/unit/projections/test_projector_pace.py`: `lag`
- `tests/unit/projections/test_digest.py`: `replay`
"""

"""What the log means: the read model in SQLite, folded from events.

Tested elsewhere:
- `tests/unit/projections/test_projector_pace.py`: `lag`
- `tests/unit/projections/test_digest.py`: `replay`
"""

"""By what statements are found: the words of their texts, and the terms of their fields.

How a question looks for them belongs to `projections.queries`.

Tested elsewhere:
- `tests/unit/projections/fold/test_fold.py`: `terms`
"""

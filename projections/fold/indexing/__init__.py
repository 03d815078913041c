"""The index by which statements are found: words of their texts, and terms of their fields.

How queries use it belongs to `projections.queries`.

Tested elsewhere:
- `tests/unit/projections/fold/test_fold.py`: `terms`
"""

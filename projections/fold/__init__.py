"""The fold: what each event does to the rows of the read model.

Questions about the rows belong to `projections.queries`.

Tested elsewhere:
- `tests/unit/projections/fold/test_fold.py`: `actors`, `contents`, `entry`, `meaning`,
  `relations`, `statements`, `timelines`
"""

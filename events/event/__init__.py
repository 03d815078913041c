"""Events: their types, their bytes, and how the bytes of older versions are read.

What is written where belongs to `events.log`.

Tested elsewhere:
- `tests/unit/events/event/test_codec.py`: `access_events`, `base`,
  `types`, `upcasting`
- `tests/unit/projections/fold/test_proposals.py`: `proposal_events`
"""

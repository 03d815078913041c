"""The log: its contract, an implementation in memory, and one on Redis or Valkey.

An entry here is bytes with a position; what an event means belongs to `projections`.

Tested elsewhere:
- `tests/contract/test_log.py`: `contract`, `memory`
- `tests/faults/test_refusals.py`: `refusals`
"""

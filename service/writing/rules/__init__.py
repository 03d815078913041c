"""The rules: pure functions of a subject's past. They have no clock, no storage and no await.

Each subject has a module with two parts: the state that its rule needs, and `decide`. From that
state and the event that a caller wants, `decide` returns what to record. A rule that refuses raises
one of the errors of `events.errors`. `service.writing.deciding` finds the state.

Tested elsewhere:
- `tests/unit/service/writing/rules/test_statement.py`: `decision`
- `tests/unit/service/writing/proposing/test_reviewer.py`: `proposal`
"""

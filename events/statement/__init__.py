"""The statement: its parts, the words it may use, and the rules that hold for it by itself.

What depends on other statements belongs to `service.writing.rules`.

Tested elsewhere:
- `tests/unit/events/statement/test_invisible.py`: `code_points`
- `tests/unit/events/statement/test_statement.py`: `faults`
- `tests/unit/events/statement/test_wording.py`: `letters`
- `tests/unit/service/writing/execution/test_idempotency.py`: `first_form`
"""

"""Decides commands. Everything that they name is found at once; then each is decided by its rule,
on the changes of those before it.

Nothing is appended here; `service.writing.execution` does that.

Tested elsewhere:
- `tests/unit/service/writing/execution/test_many.py`: `decide`, `working_state`
- `tests/unit/service/writing/deciding/test_finder.py`: `past`, `rows`
- `tests/unit/service/writing/execution/test_commands.py`: `access_past`, `command`,
  `subjects`
- `tests/unit/service/writing/proposing/test_reviewer.py`: `proposal_past`
"""

"""Deciding commands: what they name is found, all at once, and each is decided by its rule and by
what those before it have changed.

Nothing is appended here; `service.writing.execution` does that.

Tested elsewhere:
- `tests/unit/service/writing/execution/test_many.py`: `decide`, `known`
- `tests/unit/service/writing/deciding/test_finder.py`: `past`, `rows`
- `tests/unit/service/writing/execution/test_commands.py`: `access_past`, `command`,
  `subjects`
- `tests/unit/service/writing/proposing/test_reviewer.py`: `proposal_past`
"""

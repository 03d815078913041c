"""The messages of the interface: bodies that callers send, and answers, as plain types.

The service and the client both use them, so they import neither SQLite nor a web framework. Answers
that come straight from the read model belong to `projections.answers`.

Tested elsewhere:
- `tests/acceptance/test_commands.py`: `commands`
- `tests/acceptance/test_client.py`: `pages`, `states`, `write_results`
- `tests/acceptance/test_audit.py`: `proofs`
- `tests/unit/service/interchange/mappings/test_loss.py`: `imports`
- `tests/acceptance/test_export.py`: `exports`
- `tests/unit/service/writing/proposing/test_reviewer.py`: `proposals`
"""

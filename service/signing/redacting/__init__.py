"""Removing redacted text: which redactions are due, what each removes, and in which steps.

How the log removes belongs to `events.log`, how the read model does to `projections.storage`.

Tested elsewhere:
- `tests/unit/service/signing/redacting/test_redactor.py`: `redactions`, `removals`
"""

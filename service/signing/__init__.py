"""Signing: examines the log, signs or compares heads, removes redacted text, and serves proofs.

The formats belong to `events.tlog`, the keys to `service.datafolder`.

Tested elsewhere:
- `tests/acceptance/test_audit.py`: `signed_ledger`
- `tests/unit/service/operations/test_health.py`: `audit_status`
- `tests/unit/service/signing/test_signer.py`: `publisher`, `trouble`
"""

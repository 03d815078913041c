"""The audit: what is examined before a head is signed, and what a verifier proves from outside.

How heads are signed and served belongs to `service.signing`.

Tested elsewhere:
- `tests/unit/events/audit/test_examination.py`: `examined`
- `tests/unit/service/signing/test_witness.py`: `publication`
"""

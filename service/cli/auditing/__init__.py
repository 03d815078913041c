"""The commands of an auditor: `verify`, `bundle`, `replay`.

The checks themselves are in `service.verifier`.

Tested elsewhere:
- `tests/acceptance/test_verify.py`: `bundle`, `replay`
"""

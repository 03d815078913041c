"""Audits from outside: compare what a server or a bundle contains with what was signed.

Neither is trusted, only the verifier keys that the auditor brings. The comparison itself belongs to
`events.audit`, printing to `service.cli`.

Tested elsewhere:
- `tests/acceptance/test_verify.py`: `bundle`
- `tests/faults/test_verify.py`: `pins`, `timeline_audit`
- `tests/unit/service/cli/auditing/test_verify.py`: `report`
- `tests/unit/service/verifier/test_remote.py`: `unsigned`
"""

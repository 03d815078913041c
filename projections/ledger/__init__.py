"""The ledger: the leaf hashes and tiles of each timeline's tree, in a file of its own.

It outlives the read model. What is signed belongs to `service.signing`.

Tested elsewhere:
- `tests/unit/projections/ledger/test_ledger.py`: `divergences`, `edge`, `tables`
- `tests/unit/projections/ledger/test_damage.py`: `file`, `proofs`
- `tests/unit/projections/ledger/test_writer.py`: `reading`
- `tests/unit/service/cli/operating/test_folder_checks.py`: `inspection`
"""

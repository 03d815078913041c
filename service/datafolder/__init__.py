"""Files that outlive the process: the folder's lock, the keys, and the signer's state.

Backups of it belong to `service.backup`; the read model and the ledger to `projections`.

Tested elsewhere:
- `tests/unit/service/datafolder/test_head_file.py`: `durable_file`
- `tests/unit/service/datafolder/test_valkey_files.py`: `files`
- `tests/faults/test_rotation.py`: `key_rotation`
"""

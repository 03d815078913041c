"""Backups: copying what a data folder must keep, and restoring it into an empty folder.

The files of a folder are listed in `service.datafolder.files`.

Tested elsewhere:
- `tests/unit/service/backup/test_copy.py`: `file`
"""

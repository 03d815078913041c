"""The commands of an operator: `serve`, `doctor`, `rebuild`, `rotate`, `backup`, `restore`.

They work on a data folder, not through a server. The folder's files belong to `service.datafolder`,
backups to `service.backup`.

Tested elsewhere:
- `tests/acceptance/test_cli.py`: `checks`, `doctor`, `log_checks`, `rebuild`
- `tests/acceptance/test_serve.py`: `serve`
- `tests/faults/test_backup.py`: `backup`, `restore`
- `tests/faults/test_rebuild.py`: `rebuilders`
- `tests/faults/test_rotation.py`: `rotate`
- `tests/unit/service/cli/operating/test_folder_checks.py`: `signing_check`
"""

"""The commands about statements: `append`, `query`, `tail`, `export`, and the files that they read.

They talk to a server through `service.client`.

Tested elsewhere:
- `tests/acceptance/test_cli.py`: `asking`, `query`, `tail`
- `tests/acceptance/test_cli_append.py`: `append`, `appending`, `encoding`, `input_file`,
  `refusal`, `refusals`
- `tests/acceptance/test_cli_export.py`: `export`, `exporting`
"""

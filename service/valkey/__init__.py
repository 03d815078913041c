"""The bundled Valkey: a child process that starts, is watched, and ends with its owner.

How a log is kept on it belongs to `events.log.redis`.

Tested elsewhere:
- `tests/faults/test_embedded.py`: `embedded`
- `tests/acceptance/test_serve.py`: `log_server`
"""

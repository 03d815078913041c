"""The connections to Redis or Valkey: addresses, clients, calls and errors.

Only `connecting`, `translation` and `unix_connection` import redis. The layout of the keys belongs
to `events.log.redis`.

Tested elsewhere:
- `tests/faults/test_redis_log.py`: `translation`, `connecting`, `driver`
- `tests/integration/test_redis_log_server.py`: `unix_connection`
"""

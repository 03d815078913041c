"""The connections to Redis or Valkey: addresses, clients, calls and errors.

Only `connecting` and `border` import redis; no other module sees its errors.

Tested elsewhere:
- `tests/faults/test_redis_log.py`: `border`, `connecting`, `driver`
- `tests/integration/test_redis_log_server.py`: `unix_connection`
"""

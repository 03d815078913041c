"""The transport of the client: connections, trust, server-sent events.

The calls are in `service.client`.

Tested elsewhere:
- `tests/unit/service/client/transport/test_connection.py`: `error`
- `tests/acceptance/test_granting.py`: `sending`
"""

"""The outermost layer of the service: rules for every request, whatever its path.

It knows the client of a connection and the requested address, and decides whether the request is
accepted. Principals and their rights belong to `service.access.guards`.

Tested elsewhere:
- `tests/acceptance/test_problems.py`: `admission`, `edge`
"""

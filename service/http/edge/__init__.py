"""The outermost layer of the service: what holds for every request, whatever its path.

It knows who is at the other end of a connection and which address was asked, and decides whether
the request is heard at all. Who asks and what they may do belongs to `service.access.guards`.

Tested elsewhere:
- `tests/acceptance/test_problems.py`: `admission`, `edge`
"""

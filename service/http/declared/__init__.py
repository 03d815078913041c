"""Declarations of what a route takes and answers. Requests are parsed by them, and the OpenAPI
document shows them.

`service.openapi` makes the document. The meaning of a call's parameters belongs to the room of that
call.

Tested elsewhere:
- `tests/acceptance/test_openapi.py`: `operation`
- `tests/acceptance/test_drift.py`: `parameter`
"""

"""What a route takes and answers, declared once. Requests are parsed by the declaration, and the
OpenAPI document shows it.

`service.openapi` makes the document. The meaning of a call's parameters belongs to the room of that
call.

Tested elsewhere:
- `tests/acceptance/test_openapi.py`: `operation`
- `tests/acceptance/test_drift.py`: `parameter`
"""

"""HTTP itself: the connection, the request and its parts, the answer, and problems.

It knows neither routes nor timelines: routes are in the rooms of their subjects, such as
`service.reading`.

Tested elsewhere:
- `tests/unit/service/http/test_protocol.py`: `destinations`, `outlet`, `socket_options`
- `tests/acceptance/test_serve.py`: `listener`
"""

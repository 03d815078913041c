"""Reading over HTTP: from the query string to an answer at one revision.

The SQL belongs to `projections.queries`, live streams to `service.streaming`.

Tested elsewhere:
- `tests/acceptance/test_read.py`: `question`
- `tests/acceptance/test_drift.py`: `operation`, `parameters`
- `tests/unit/service/test_app.py`: `digests`
- `tests/acceptance/test_read_events.py`: `event_lines`
"""

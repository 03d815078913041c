"""The calls that read: timelines, statements, actors, sources, events, counts and differences.

Their common parts are in `service.reading`: parameters, cursors, the timeline at a moment.

Tested elsewhere:
- `tests/acceptance/test_read.py`: `named`, `statements`, `timelines`
- `tests/acceptance/test_read_events.py`: `events`, `history`
- `tests/acceptance/test_charts.py`: `charts`
- `tests/acceptance/test_diff.py`: `diff`
- `tests/unit/service/test_app.py`: `digest`
"""

from __future__ import annotations

from typing import Final

from service.reading.routes import (
    charts,
    diff,
    digest,
    events,
    history,
    named,
    statements,
    timelines,
)

__all__ = ["HANDLERS"]

HANDLERS: Final = (
    *timelines.HANDLERS,
    *statements.HANDLERS,
    *named.HANDLERS,
    *charts.HANDLERS,
    *diff.HANDLERS,
    *digest.HANDLERS,
    *events.HANDLERS,
    *history.HANDLERS,
)

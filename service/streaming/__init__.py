"""Live streams: events are sent to subscribers as they are folded, each exactly once.

Writing to connections belongs to `service.http`; pages of recorded events belong to
`service.reading`.

Tested elsewhere:
- `tests/unit/service/streaming/test_live.py`: `event_stream`, `filter`, `frame`, `source`,
  `subscriber`, `tap`, `taps`
- `tests/acceptance/test_live.py`: `position`, `routes`
"""

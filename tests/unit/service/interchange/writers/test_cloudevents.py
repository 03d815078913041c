"""CloudEvents, by the rules of their specification, version 1.0; and plain lines."""

from __future__ import annotations

import json
import re
from typing import Any

from events.event.envelope import line_of
from service.interchange.writers.cloudevents import write_cloudevents, write_ndjson
from tests.histories import History

_ATTRIBUTE = re.compile("[a-z0-9]{1,20}")


def _lines() -> list[bytes]:
    history = History()
    history.open()
    history.record("a")
    return [line_of(entry) for entry in history.entries]


def test_each_event_is_a_cloud_event_with_its_exact_line_as_data() -> None:
    """All required attributes are there and are not empty, names are as they must be, and what is
    behind `data` is the line, byte for byte."""
    first, second = _lines()
    file = b"".join(write_cloudevents([[first], [], [second]]))
    batch: list[dict[str, Any]] = json.loads(file)
    assert len({event["id"] for event in batch}) == 2
    for event, line in zip(batch, (first, second), strict=True):
        assert event["specversion"] == "1.0"
        assert event["source"] == "/v1/timelines/kursk"
        assert event["type"] == f"onrecord.{json.loads(line)['type']}"
        assert event["time"] == json.loads(line)["recorded_at"]
        assert all(_ATTRIBUTE.fullmatch(name) for name in event)
        assert b'"data":%b}' % line in file


def test_nothing_is_an_empty_batch() -> None:
    """Without events there is still a JSON array."""
    assert json.loads(b"".join(write_cloudevents([]))) == []
    assert json.loads(b"".join(write_cloudevents([[], []]))) == []


def test_a_piece_comes_for_each_batch() -> None:
    """A batch that was read is sent before the next one is read."""
    first, second = _lines()
    pieces = write_ndjson([[first], [second]])
    assert next(pieces) == first + b"\n"
    assert next(pieces) == second + b"\n"

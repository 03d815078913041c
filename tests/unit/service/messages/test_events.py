"""Events as they are shown, and as a client reads them."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import structs

from service.messages.events import MissingEvent, RedactedEvent, ShownEvent, WholeEvent
from tests.rows import each_row

_HEADER: dict[str, Any] = {
    "timeline": "kursk",
    "revision": 61,
    "recorded_at": "2025-04-30T09:24:00.123456Z",
    "id": "e61",
    "type": "statement.recorded",
    "version": 1,
    "subject": "statements/a",
    "author": "KCNA",
    "digest": "0" * 64,
    "seal": "1" * 64,
}


@each_row(
    "event",
    [
        WholeEvent(**_HEADER, salt="0" * 32, data={"text": "x"}),
        RedactedEvent(**_HEADER, redacted=62),
        MissingEvent(**_HEADER, missing=True),
    ],
)
def test_a_reader_takes_each_form(event: WholeEvent | RedactedEvent | MissingEvent) -> None:
    """What the event has is read, and what it does not have is None."""
    read = msgspec.json.decode(msgspec.json.encode(event), type=ShownEvent)
    rest = dict.fromkeys(ShownEvent.__struct_fields__) | structs.asdict(event)
    assert structs.asdict(read) == rest


def test_a_reader_knows_every_field() -> None:
    """What a reader takes is what any of the three forms has."""
    forms = (WholeEvent, RedactedEvent, MissingEvent)
    assert {*ShownEvent.__struct_fields__} == {n for form in forms for n in form.__struct_fields__}

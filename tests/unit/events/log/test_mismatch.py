"""Reports of timelines whose events in the log differ from what was recorded."""

from __future__ import annotations

import pytest

from events.errors import CorruptEvent, LogReplaced, LogUnavailable, OnrecordError
from events.log.mismatch import MismatchReports
from tests.rows import each_row


@each_row(
    ("errors", "error", "reported"),
    [
        ((), CorruptEvent(1, "is missing", "kursk", 1), True),
        ((), LogReplaced("another log"), False),
        (((CorruptEvent, LogReplaced),), LogReplaced("another log"), True),
        ((), LogUnavailable("no answer"), False),
    ],
)
def test_receivers_hear_of_the_errors_that_were_named(
    errors: tuple[tuple[type[OnrecordError], ...], ...], error: OnrecordError, reported: bool
) -> None:
    """Every receiver is called with the timeline for these errors alone; each error is raised."""
    mismatches = MismatchReports()
    first: list[str] = []
    second: list[str] = []
    mismatches.send_to(first.append)
    mismatches.send_to(second.append)
    with pytest.raises(type(error)), mismatches.reported("kursk", *errors):
        raise error
    assert first == second == (["kursk"] if reported else [])

"""Reports of timelines whose events in the log differ from what was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from events.errors import CorruptEvent, OnrecordError

__all__ = ["MismatchReports"]


class MismatchReports:
    """Passes the name of such a timeline on to everyone who asked for it by `send_to`."""

    def __init__(self) -> None:
        self._receivers: list[Callable[[str], None]] = []

    def send_to(self, receive: Callable[[str], None]) -> None:
        """Call `receive` with the name of each timeline that is reported from now on."""
        self._receivers.append(receive)

    def report(self, timeline: str) -> None:
        for receive in self._receivers:
            receive(timeline)

    @contextmanager
    def reported(
        self, timeline: str, errors: tuple[type[OnrecordError], ...] = (CorruptEvent,)
    ) -> Iterator[None]:
        """Report the timeline if the block raises one of the `errors`, and raise the error on."""
        try:
            yield
        except errors:
            self.report(timeline)
            raise

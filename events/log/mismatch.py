"""Reports of timelines whose events in the log differ from what was recorded."""

from __future__ import annotations

from collections.abc import Callable

from events.errors import CorruptEvent, OnrecordError

__all__ = ["MismatchReports"]


class MismatchReports:
    """Passes the name of each reported timeline on to every receiver that `send_to` added."""

    def __init__(self) -> None:
        self._receivers: list[Callable[[str], None]] = []

    def send_to(self, receive: Callable[[str], None]) -> None:
        """Call `receive` with the name of each timeline that is reported from now on."""
        self._receivers.append(receive)

    def report(self, timeline: str) -> None:
        for receive in self._receivers:
            receive(timeline)

    def reported(
        self, timeline: str, errors: tuple[type[OnrecordError], ...] = (CorruptEvent,)
    ) -> _Reported:
        """Report the timeline if the block raises one of the `errors`, and raise the error on."""
        return _Reported(self, timeline, errors)


class _Reported:
    """The context manager of `reported`, used for every write; a generator would take three times
    as long."""

    __slots__ = ("_errors", "_reports", "_timeline")

    def __init__(
        self, reports: MismatchReports, timeline: str, errors: tuple[type[OnrecordError], ...]
    ) -> None:
        self._reports = reports
        self._timeline = timeline
        self._errors = errors

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, self._errors):
            self._reports.report(self._timeline)

"""How often, and how fast, what fails is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from events.errors import CorruptEvent, LogUnavailable
from projections.attempts import Attempts, Outage


class _Failing:
    """What fails at its first `failures` attempts; the delays behind them are noted, and over at
    once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.delays: list[float] = []
        self.reports: list[str] = []
        self._numbers: Iterator[int] = iter(range(1, 1_000))
        self._failures = 0
        monkeypatch.setattr(asyncio, "sleep", self._sleep)

    def report(self, error: Exception) -> None:
        self.reports.append(str(error))

    def fail(self, times: int) -> None:
        self._failures = times

    async def attempt(self) -> None:
        number = next(self._numbers)
        if self._failures:
            self._failures -= 1
            raise LogUnavailable(f"attempt {number}")

    async def _sleep(self, seconds: float) -> None:
        self.delays.append(seconds)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> _Failing:
    return _Failing(monkeypatch)


async def test_what_fails_is_tried_again_later_and_later(failing: _Failing) -> None:
    """The delay doubles from a tenth of a second to five seconds, and one failure is reported."""
    failing.fail(8)
    await Attempts((LogUnavailable,), failing.report).until_done(failing.attempt)
    assert failing.delays == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert failing.reports == ["attempt 1"]


async def test_each_outage_is_reported_and_begins_with_a_short_delay(failing: _Failing) -> None:
    """An attempt that returned ends the series of failures."""
    attempts = Attempts((LogUnavailable,), failing.report)
    for _ in range(2):
        failing.fail(2)
        await attempts.until_done(failing.attempt)
    assert failing.delays == [0.1, 0.2, 0.1, 0.2]
    assert failing.reports == ["attempt 1", "attempt 4"]


async def test_an_attempt_that_succeeded_and_failed_later_begins_a_new_outage(
    failing: _Failing,
) -> None:
    """What follows a log for hours never returns: it says that it was there, and the next failure
    is reported like the first one."""
    attempts = Attempts((LogUnavailable,), failing.report)
    failing.fail(4)

    async def attempt() -> None:
        if len(failing.delays) == 2:
            attempts.succeeded()
        await failing.attempt()

    await attempts.until_done(attempt)
    assert failing.delays == [0.1, 0.2, 0.1, 0.2]
    assert failing.reports == ["attempt 1", "attempt 3"]


async def test_an_error_that_is_not_expected_ends_the_attempts(failing: _Failing) -> None:
    """Nothing is tried again that no waiting mends; what returned is followed by the next attempt
    at once."""
    count = 0

    async def attempt() -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise CorruptEvent(1, "is broken")

    with pytest.raises(CorruptEvent):
        await Attempts((LogUnavailable,), failing.report).forever(attempt)
    assert (count, failing.delays, failing.reports) == (3, [], [])


async def test_an_outage_that_many_notice_is_reported_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of several tasks that fail together the first is reported; the next outage is, once all of
    them were well again."""
    failing = _Failing(monkeypatch)
    outage = Outage(failing.report)
    tasks = [Attempts((LogUnavailable,), outage) for _ in range(3)]
    for task in tasks:
        outage.begin(task, LogUnavailable("first"))
    for task in tasks[:2]:
        task.succeeded()
    outage.begin(tasks[0], LogUnavailable("second"))
    for task in tasks:
        task.succeeded()
    failing.fail(1)
    await tasks[0].until_done(failing.attempt)
    assert failing.reports == ["first", "attempt 1"]

"""Waiting for a server that loads its file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from events.errors import LogRefused, LogUnavailable, UnfitServer
from service.processes import loading
from service.processes.loading import when_loaded


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_PAUSE", 0.0)


def outcomes(*errors: Exception) -> Iterator[Exception | None]:
    yield from errors
    yield None


async def tried(results: Iterator[Exception | None], *, is_patient: bool = False) -> str:
    async def open_log() -> str:
        error = next(results)
        if error is not None:
            raise error
        return "the log"

    return await when_loaded(open_log, is_patient=is_patient)


async def test_a_try_without_an_answer_does_not_end_the_wait() -> None:
    """A server that is busy loading may not answer in time; once it has said that it loads, it is
    waited for all the same."""
    loads, silent = LogRefused("LOADING Valkey is loading"), LogUnavailable("did not answer")
    assert await tried(outcomes(loads, silent, loads, silent)) == "the log"


@pytest.mark.parametrize(
    "errors",
    [
        (LogUnavailable("did not answer"),),
        (LogRefused("NOAUTH Authentication required."),),
        (LogRefused("LOADING Valkey is loading"), LogRefused("NOAUTH Authentication required.")),
    ],
)
async def test_what_is_no_loading_ends_it_at_once(errors: tuple[Exception, ...]) -> None:
    """A server that never said that it loads, and one that refuses for another reason."""
    with pytest.raises(type(errors[-1])) as caught:
        await tried(outcomes(*errors))
    assert caught.value is errors[-1]


async def test_who_is_patient_waits_for_a_server_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For as long as that lasts, and whatever it answers; but not for a log that does not fit."""
    monkeypatch.setattr(loading, "LIMIT", -1.0)
    away, refuses = LogUnavailable("did not answer"), LogRefused("ERR max number of clients")
    loads = LogRefused("LOADING Valkey is loading")
    assert await tried(outcomes(away, loads, away, refuses), is_patient=True) == "the log"
    with pytest.raises(UnfitServer):
        await tried(outcomes(away, UnfitServer("It is older.")), is_patient=True)

"""The live streams that a caller may have open."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest

from service.http.limits.caller import CALLER
from service.http.limits.stream_slots import StreamSlots
from service.http.requests import TooManyStreams
from service.tally import Tally


def by(caller: str) -> dict[str, Any]:
    return {"client": ("203.0.113.9", 0), CALLER: caller}


def test_a_caller_has_its_slots_in_all_processes() -> None:
    """One that is left is free again, and nobody's are another one's."""
    tally = Tally(2)
    here, there = (StreamSlots(tally.row(n), 2) for n in range(2))
    with here.taken(by("a")), there.taken(by("b")):
        with there.taken(by("a")):
            for slots in (here, there):
                with pytest.raises(TooManyStreams, match="2 live streams"), slots.taken(by("a")):
                    pass
        with pytest.raises(ZeroDivisionError), there.taken(by("a")):
            1 / 0  # noqa: B018 - an error ends the stream
        with there.taken(by("a")):
            pass


def test_the_slots_of_a_process_that_died_are_free() -> None:
    """The supervisor, which sees its end, leaves its row."""
    tally = Tally(2)
    here, dead = (StreamSlots(tally.row(n), 1) for n in range(2))
    never_left = ExitStack()
    never_left.enter_context(dead.taken(by("a")))
    with pytest.raises(TooManyStreams), here.taken(by("a")):
        pass
    tally.row(1).leave()
    with here.taken(by("a")):
        pass


def test_thousands_of_callers_do_not_share() -> None:
    """Each has a slot of its own, as many as there may be streams."""
    slots = StreamSlots(Tally().row(0), 1)
    with ExitStack() as held:
        for n in range(8_000):
            held.enter_context(slots.taken(by(f"caller {n}")))


def test_without_a_limit_nothing_is_held() -> None:
    """Then a caller has as many as the service has."""
    slots = StreamSlots(Tally().row(0), None)
    with slots.taken(by("a")), slots.taken(by("a")):
        pass

"""Sessions and the codes that open them."""

from __future__ import annotations

import random

import pytest

from events.errors import Unauthenticated
from service.access.sessions import SESSION_SECONDS, Sessions, value_of
from tests.rows import each_row

KEY = bytes(range(32))


class Desk:
    """Sessions whose clock is set by hand."""

    def __init__(self) -> None:
        self.now = 0
        self.chance = random.Random(1)
        self.sessions = self.another()

    def another(self) -> Sessions:
        """The sessions of another worker."""
        return Sessions(KEY, lambda: self.now, self.chance.randbytes)


def test_every_worker_reads_a_session_until_its_time_is_over() -> None:
    """It holds for twelve hours, to the microsecond, and then no longer."""
    desk = Desk()
    value = desk.sessions.open(person="ann@example.org", groups=("group:desk",))
    desk.now = SESSION_SECONDS * 1_000_000 - 1
    session = desk.another().read(value)
    assert (session.person, session.groups) == ("ann@example.org", ("group:desk",))
    desk.now += 1
    with pytest.raises(Unauthenticated):
        desk.another().read(value)


def test_an_ended_session_is_over_and_others_are_not() -> None:
    """Of two sessions with one key, the one that was ended is none any more."""
    desk = Desk()
    one, other = desk.sessions.open(key="abcdefgh"), desk.sessions.open(key="abcdefgh")
    ended = desk.sessions.read(one)
    desk.sessions.end({ended.id: ended.until})
    with pytest.raises(Unauthenticated) as caught:
        desk.sessions.read(one)
    assert caught.value.reason == "session"
    assert desk.sessions.read(other).key == "abcdefgh"


def test_what_would_be_over_anyway_is_forgotten() -> None:
    """The list of ended sessions does not grow for ever."""
    desk = Desk()
    desk.sessions.end({"a": 10})
    desk.now = 11
    desk.sessions.end({"b": 20})
    assert desk.sessions.ended == {"b": 20}


def test_a_code_is_good_for_ten_minutes() -> None:
    """It names its key until then, in every worker, and is no session."""
    desk = Desk()
    code = desk.sessions.make_code("abcdefgh")
    desk.now = 600 * 1_000_000 - 1
    assert desk.another().read_code(code).key == "abcdefgh"
    with pytest.raises(Unauthenticated):
        desk.sessions.read(code)
    desk.now += 1
    with pytest.raises(Unauthenticated):
        desk.another().read_code(code)


@each_row(
    ("cookie", "value"),
    [
        (None, None),
        ("", None),
        ("a=b", None),
        ("onrecord_session=x", "x"),
        ('a=b; onrecord_session="x"; c=d', "x"),
        ("xonrecord_session=x", None),
        ("onrecord_session=x; onrecord_session=y", "x"),
        ("onrecord_session", None),
        ("onrecord_session=", ""),
    ],
)
def test_the_cookie_is_found_among_others(cookie: str | None, value: str | None) -> None:
    """Whatever else a browser sends, our cookie is the one of that name."""
    assert value_of(cookie) == value

"""What a visitor may do, and what the answer says to everybody who may not."""

from __future__ import annotations

import pytest

from events.errors import Forbidden, Lagging, Unauthenticated, Unknown
from service.access.guards.denials import Denial
from service.access.guards.visitor import Visitor
from tests.granted import Granted

YEAR = 1_767_225_600_000_000
"""The beginning of 2026, in microseconds since 1970."""


class Asking:
    """Visitors of one service, and the denials that were counted."""

    def __init__(self) -> None:
        self.granted = Granted()
        self.denied: list[Denial] = []

    def visitor(self, *authorization: str) -> Visitor:
        """One who sends these headers `Authorization`."""
        lines = [text.encode() for text in authorization]
        return Visitor(
            {b"authorization": lines} if lines else {}, self.granted.access, self.denied.append
        )


@pytest.fixture
def asking() -> Asking:
    return Asking()


def test_each_refusal_is_its_own(asking: Asking) -> None:
    """Nobody is asked for credentials, whatever may be read; a key learns of a missing right only
    where it may read, and else that there is no such timeline."""
    key = asking.granted.key("desk", ("reader", "open-*"))
    asking.granted.grant("everyone", "reader", "public")
    for timeline in ("public", "open-a", "hidden"):
        with pytest.raises(Unauthenticated) as missing:
            asking.visitor().require("write", timeline)
        assert (missing.value.reason, missing.value.needs) == ("missing", "write")
    for timeline in ("public", "open-a"):
        asking.visitor(key).require("read", timeline)
        with pytest.raises(Forbidden) as forbidden:
            asking.visitor(key).require("write", timeline)
        assert forbidden.value.needs == "write"
    for right in ("read", "write", "redact"):
        with pytest.raises(Unknown) as unknown:
            asking.visitor(key).require(right, "hidden")
        assert (unknown.value.kind, unknown.value.id) == ("timeline", "hidden")
    assert asking.denied == ["missing"] * 3 + ["forbidden"] * 2 + ["hidden"] * 3


def test_a_right_to_the_service_is_no_secret(asking: Asking) -> None:
    """Who may not operate or manage gets that as the reason: there is no timeline to hide."""
    with pytest.raises(Forbidden):
        asking.visitor(asking.granted.key("desk", ("editor", "*"))).require("operate")
    asking.visitor(asking.granted.key("ops", ("operator", "*"))).require("operate")


def test_credentials_that_are_not_good_are_never_ignored(asking: Asking) -> None:
    """A wrong, a revoked and an expired key, and one that is sent twice, may not even do what
    everyone may; each request counts once, however often it is asked who that is."""
    asking.granted.grant("everyone", "admin", "*")
    good = asking.granted.key("desk")
    revoked, expired = asking.granted.key("gone"), asking.granted.key("old", expires="2026-01-01")
    asking.granted.revoke("gone")
    asking.granted.now = YEAR
    for sent in ([good, good], ["Basic x"], [f"{good}x"], [good[:-1] + "-"], [revoked]):
        visitor = asking.visitor(*sent)
        for _ in range(2):
            with pytest.raises(Unauthenticated):
                visitor.may("read", "kursk")
    assert asking.denied == ["malformed"] * 4 + ["revoked"]
    del expired


def test_what_was_decided_is_decided_again(asking: Asking) -> None:
    """After the grant was taken, or the key revoked, what was allowed is allowed no longer."""
    key = asking.granted.key("desk")
    given = asking.granted.grant("key:desk", "writer", "kursk")
    writing, reading = asking.visitor(key), asking.visitor(key)
    writing.require("write", "kursk")
    reading.require("read", "kursk")
    writing.recheck()
    asking.granted.grant("key:desk", "reader", "kursk")
    asking.granted.take_grant(given)
    reading.recheck()
    with pytest.raises(Forbidden):
        writing.recheck()
    assert reading.still_reads(["kursk"])
    asking.granted.revoke("desk")
    assert not reading.still_reads(["kursk"])
    with pytest.raises(Unauthenticated):
        reading.recheck()


def test_a_timeline_that_could_be_read_is_decided_again_after_a_change(asking: Asking) -> None:
    """What was found out for a cached answer counts for the guard only under the same policy, and
    only for that timeline and that right."""
    key = asking.granted.key("desk", ("reader", "open"))
    given = asking.granted.grant("key:desk", "reader", "kursk")
    visitor, other = asking.visitor(key), asking.visitor(key)
    assert visitor.reads("kursk")
    visitor.require("read", "kursk")
    assert other.reads("kursk")
    with pytest.raises(Unknown):
        other.require("read", "hidden")
    with pytest.raises(Forbidden):
        other.require("write", "kursk")
    asking.granted.take_grant(given)
    with pytest.raises(Unknown):
        visitor.require("read", "kursk")


def test_no_right_is_denied_while_keys_are_not_known(asking: Asking) -> None:
    """A no would be wrong then: whoever was found out before, and whoever comes now, has to ask
    again, and a stream does not go on."""
    key = asking.granted.key("desk", ("writer", "kursk"))
    before, now = asking.visitor(key), asking.visitor(key)
    before.require("write", "kursk")
    asking.granted.access.forget()
    for visitor in (before, now):
        with pytest.raises(Lagging):
            visitor.may("read", "kursk")
        for asked in ("reach", "grants"):
            with pytest.raises(Lagging):
                getattr(visitor, asked)
        assert not visitor.still_reads(["kursk"])


def test_what_everybody_may_see_is_shown_to_all(asking: Asking) -> None:
    """An answer is private if it was given to a key, about what not everyone may read."""
    asking.granted.grant("everyone", "reader", "public")
    key = asking.granted.key("desk", ("reader", "*"))
    shown = {}
    for name, sent in (("nobody", []), ("desk", [key])):
        for timeline in ("public", "hidden"):
            visitor = asking.visitor(*sent)
            visitor.reads(timeline)
            shown[name, timeline] = visitor.is_shown_to_all
    assert [who for who, is_shown in shown.items() if not is_shown] == [("desk", "hidden")]
    for first, last in (("hidden", "public"), ("public", "hidden")):
        joined = asking.visitor(key)
        joined.require("read", first)
        joined.require("read", last)
        assert joined.timelines == (first, last)
        assert not joined.is_shown_to_all
    of_many = asking.visitor(key)
    assert of_many.reach.covers("hidden")
    assert not of_many.is_shown_to_all


def test_a_page_forgives(asking: Asking) -> None:
    """Credentials that are not good count as none where a page is shown."""
    asking.granted.grant("everyone", "reader", "public")
    visitor = asking.visitor("Bearer nonsense")
    visitor.forgive()
    visitor.require("read", "public")
    assert asking.denied == []

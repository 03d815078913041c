"""The rules of keys and grants."""

from __future__ import annotations

import pytest

from events.errors import AlreadyRevoked, KeyExists, Refused, Unknown
from events.event.types import AccessChange, GrantGiven, GrantTaken, KeyIssued, KeyRevoked
from service.writing.rules.access import AccessPast, decide
from tests.rows import each_row

ISSUED = KeyIssued(name="desk", id="abcdefgh", sha256="0" * 64)
REVOKED = KeyRevoked(reason="lost")
GIVEN = GrantGiven(to="key:desk", role="writer", timelines="desk-*")
TAKEN = GrantTaken(reason="over")
HOLDS, OVER = AccessPast(over=False), AccessPast(over=True)


@each_row(
    ("past", "wanted", "subject"),
    [
        (None, ISSUED, "keys/desk"),
        (HOLDS, REVOKED, "keys/desk"),
        (None, GIVEN, "grants/desk"),
        (HOLDS, TAKEN, "grants/desk"),
    ],
)
def test_what_may_happen_is_recorded(
    past: AccessPast | None, wanted: AccessChange, subject: str
) -> None:
    """A new name, the end of what holds, and every grant are recorded under their subject."""
    decision = decide(past, wanted, "desk")
    assert (decision.id, decision.subject, decision.event) == ("desk", subject, wanted)


@each_row(
    ("past", "wanted", "refusal", "message"),
    [
        (HOLDS, ISSUED, KeyExists, "The name 'desk' is a key's already, or was once."),
        (OVER, ISSUED, KeyExists, "The name 'desk' is a key's already, or was once."),
        (None, REVOKED, Unknown, "There is no key 'desk' here."),
        (OVER, REVOKED, AlreadyRevoked, "The key 'desk' was revoked before."),
        (None, TAKEN, Unknown, "There is no grant 'desk' here."),
        (OVER, TAKEN, Unknown, "Grant 'desk' was taken before."),
    ],
)
def test_what_may_not_happen_says_why(
    past: AccessPast | None, wanted: AccessChange, refusal: type[Refused], message: str
) -> None:
    """A name is given once for ever, and what is over cannot end again."""
    with pytest.raises(refusal) as raised:
        decide(past, wanted, "desk")
    assert (raised.value.id, str(raised.value)) == ("desk", message)

"""What the calls about keys and sessions take and answer."""

from __future__ import annotations

from service.messages.access import HeldGrant, NewKey, SessionBody, held_grants
from tests.unit.service.access.policies import made


def test_secrets_are_not_printed() -> None:
    """Neither a new key nor what signs in is in a text that a log or a traceback could show."""
    secret = "s" * 43
    for shown in (
        NewKey("abcdefgh", "desk", None, f"onr_abcdefgh_{secret}", "owner", 3),
        SessionBody(key=f"onr_abcdefgh_{secret}"),
        SessionBody(code=secret),
    ):
        assert secret not in f"{shown!r} {shown}"


def test_a_role_that_is_held_twice_is_shown_once() -> None:
    """Two grants of one role on the same timelines are one line of what a caller has."""
    grants = [made(n, "everyone", "reader", "*") for n in range(2)]
    assert held_grants(grants) == [HeldGrant("reader", "*")]

"""What the calls about keys and sessions take and answer."""

from __future__ import annotations

from service.messages.access import (
    HeldGrant,
    KeyBody,
    NewKey,
    SessionBody,
    faults_of_key,
    held_grants,
)
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


def test_no_key_is_taken_for_the_service_or_for_everyone() -> None:
    """As an author neither name would tell who wrote; names that only begin so are good."""
    for name, is_good in (("onrecord", False), ("everyone", False), ("onrecord-desk", True)):
        faults = faults_of_key(KeyBody(name))
        assert [fault.path for fault in faults] == ([] if is_good else ["/name"])

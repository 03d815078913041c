"""Access: who sends a request."""

from __future__ import annotations

import pytest
from msgspec import structs

from events.errors import Lagging, Unauthenticated
from projections.answers.access import IssuedKey, Revocation
from projections.queries.access import KeptKey
from service.access import access as access_module
from service.access.access import Access
from service.access.policy import Policy
from service.access.principal import EVERYONE, Principal
from service.access.secret import Secret
from tests.rows import each_row

SECRET = Secret.make()
KEY = IssuedKey(SECRET.id, "desk", None, "owner", 1, "2026-01-01T00:00:00.000000Z")
NEW_YEAR = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z


def gate(key: IssuedKey = KEY, now: int = NEW_YEAR) -> Access:
    return Access(lambda: now, Policy(keys=[KeptKey(key, SECRET.sha256)]))


def reason(access: Access, authorization: str) -> str:
    with pytest.raises(Unauthenticated) as caught:
        access.principal_of(authorization)
    return caught.value.reason


def test_nothing_sent_is_everyone() -> None:
    """A request without credentials is everyone's."""
    assert gate().principal_of(None) == EVERYONE


@each_row("scheme", ["Bearer ", "bearer ", "BEARER   "])
def test_a_good_key_is_its_own_principal(scheme: str) -> None:
    """A key proves `key:<name>`, and its name stands on what it writes."""
    principal = gate().principal_of(scheme + SECRET.reveal())
    assert principal == Principal("key:desk", author="desk")


@each_row("sent", ["", "Bearer", "Bearer x", "Basic dXNlcjpwYXNz", "Bearer onr_a_b"])
def test_what_is_no_key_is_refused(sent: str) -> None:
    """Whatever else is sent as credentials is refused, never taken for nobody's."""
    assert reason(gate(), sent) == "malformed"


def test_a_wrong_secret_and_an_unknown_id_cannot_be_distinguished() -> None:
    """The refusal of a wrong secret is that of a key that never was, to the letter."""
    other = Secret.make()
    wrong = other.reveal().replace(other.id, SECRET.id)
    with pytest.raises(Unauthenticated) as first:
        gate().principal_of(f"Bearer {wrong}")
    with pytest.raises(Unauthenticated) as second:
        gate().principal_of(f"Bearer {other.reveal()}")
    assert first.value.reason == second.value.reason == "unknown"
    assert str(first.value) == str(second.value)


def test_a_revoked_key_is_refused() -> None:
    """A key that was revoked proves nothing, and it is said that it was."""
    gone = structs.replace(KEY, revoked=Revocation("lost", "owner", 2, "2026-01-02T00:00:00Z"))
    assert reason(gate(gone), f"Bearer {SECRET.reveal()}") == "revoked"


def test_a_key_holds_up_to_the_moment_at_which_it_expires() -> None:
    """A key is good until its time comes, and from that microsecond on it is not."""
    key = structs.replace(KEY, expires="2026-01-01T01:00:00+01:00")
    assert gate(key, NEW_YEAR - 1).principal_of(f"Bearer {SECRET.reveal()}").name == "key:desk"
    assert reason(gate(key, NEW_YEAR), f"Bearer {SECRET.reveal()}") == "expired"


def test_a_key_that_was_seen_before_ends_like_any_other() -> None:
    """A key that is sent again is held to its time, and to the policy of the moment."""
    times = iter([NEW_YEAR - 1, NEW_YEAR - 1, NEW_YEAR])
    key = structs.replace(KEY, expires="2026-01-01T01:00:00+01:00")
    access = Access(lambda: next(times), Policy(keys=[KeptKey(key, SECRET.sha256)]))
    sent = f"Bearer {SECRET.reveal()}"
    assert access.principal_of(sent) == access.principal_of(sent)
    assert reason(access, sent) == "expired"


@pytest.mark.parametrize("taken", ["other keys", "the policy"])
def test_a_key_that_was_seen_before_is_gone_with_its_policy(taken: str) -> None:
    """What a process knows of keys is what the present policy says; without one it is nothing."""
    access, sent = gate(), f"Bearer {SECRET.reveal()}"
    assert access.principal_of(sent).name == "key:desk"
    if taken == "other keys":
        access.decide_by(Policy())
        assert reason(access, sent) == "unknown"
    else:
        access.forget()
        with pytest.raises(Lagging):
            access.principal_of(sent)
        access.decide_by(Policy())
        assert reason(access, sent) == "unknown"


def test_so_many_headers_are_known_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many headers lead to a key, a process keeps so many of them, and no wrong one."""
    monkeypatch.setattr(access_module, "_MOST_KNOWN", 3)
    access = gate()
    for spaces in range(1, 9):
        assert access.principal_of(f"Bearer{' ' * spaces}{SECRET.reveal()}").name == "key:desk"
        assert reason(access, f"Bearer{' ' * spaces}{Secret.make().reveal()}") == "unknown"
        assert len(access._known) <= 3

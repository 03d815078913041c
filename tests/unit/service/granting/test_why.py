"""Why somebody has a right."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from events.statement.timeline_names import ACCESS_TIMELINE
from projections.answers.access import IssuedKey, Revocation
from projections.queries.access import KeptKey, grants_at, keys_at
from projections.queries.timelines import timeline_at
from service.access.policy import Policy
from service.access.principal import Principal
from service.access.roles import RIGHTS
from service.granting.why import explain_right, principal_named
from tests.unit.access_histories import (
    GRANTEES,
    grants_after,
    keys_after,
    opened,
    random_access,
)
from tests.unit.service.access.policies import is_allowed, made

TIMES = "2026-01-01T00:00:00.000000Z"
PLACES = [None, "desk", "desk-a", "desk-b", "news", "n", "other", "_access", "_proposals.desk-a"]


def test_any_moment_of_five_hundred_events_is_answered_as_by_the_rules(tmp_path: Path) -> None:
    """At each revision of a random history, random questions about whom, what and where are
    answered as by going through every event from the first one on."""
    history = random_access(15, 500)
    store = history.store(tmp_path)
    ref = timeline_at(store.reader, ACCESS_TIMELINE)
    assert ref is not None
    everything = opened(history, ref.revision)
    chance = random.Random(15)
    allowed = 0
    for revision in range(1, ref.revision + 1):
        policy = Policy(
            grants_at(store.reader, ref, revision), keys_at(store.reader, ref, revision), revision
        )
        events = everything[:revision]
        grants, keys = grants_after(events), keys_after(events)
        for _ in range(6):
            name, right = chance.choice(GRANTEES), chance.choice(RIGHTS)
            place = chance.choice(PLACES)
            kind, _, key = name.partition(":")
            _, is_over = keys.get(key, ("", True)) if kind == "key" else ("", False)
            wanted = not is_over and is_allowed(grants, Principal(name), right, place)
            found = explain_right(policy, principal_named(name), right, place, 0)
            assert found.allowed == wanted, (revision, name, right, place)
            deciding = [g for g in grants if is_allowed([g], Principal(name), right, place)]
            assert found.by == (deciding if wanted else [])
            allowed += wanted
    store.close()
    assert 300 < allowed < 2_700


def test_the_sentence_names_every_grant_that_decides() -> None:
    """For one who may, the answer names the grants, who gave them and when."""
    desk = KeptKey(IssuedKey("abcdefgh", "desk", None, "owner", 2, TIMES), "")
    grants = [made(3, "everyone", "reader", "*"), made(5, "key:desk", "writer", "desk-*")]
    policy = Policy(grants, [desk])
    why = explain_right(policy, principal_named("key:desk"), "read", "desk-a", 0)
    assert why.allowed
    assert why.because == (
        "key:desk has the right 'read' on 'desk-a': the role 'reader' on '*' was given to everyone "
        "at revision 3 by owner; the role 'writer' on 'desk-*' was given to key:desk at revision 5 "
        "by owner."
    )


def test_the_sentence_says_what_is_missing() -> None:
    """For one who may not, the answer says that nothing gives it."""
    why = explain_right(Policy(), principal_named("person:Ann@example.org"), "write", "kursk", 0)
    assert not why.allowed
    assert why.by == []
    assert why.because == (
        "Nothing that person:ann@example.org was granted gives the right 'write' on 'kursk'."
    )


@pytest.mark.parametrize(
    ("timeline", "words"), [("_access", "admin on '\\*'"), ("_proposals.kursk", "'review'")]
)
def test_the_services_own_timelines_say_what_they_take(timeline: str, words: str) -> None:
    """Reading them follows from another right, which the sentence names."""
    why = explain_right(Policy(), principal_named("everyone"), "read", timeline, 0)
    assert words.replace("\\", "") in why.because


def test_a_key_that_is_over_has_no_right() -> None:
    """A revoked key and one that has expired have nothing, whatever was granted to everyone; before
    that moment they had."""
    grants = [made(1, "everyone", "reader", "*")]
    ended = Revocation("lost", "owner", 3, TIMES)
    gone = IssuedKey("abcdefgh", "gone", None, "owner", 2, TIMES, ended)
    late = IssuedKey("hgfedcba", "late", "1970-01-01T00:00:01Z", "owner", 2, TIMES)
    policy = Policy(grants, [KeptKey(gone, ""), KeptKey(late, "")])
    why = explain_right(policy, principal_named("key:gone"), "read", "kursk", 0)
    assert (why.allowed, why.because) == (
        False,
        "The key 'gone' was revoked at revision 3 by owner: lost",
    )
    assert explain_right(policy, principal_named("key:late"), "read", "kursk", 999_999).allowed
    assert not explain_right(
        policy, principal_named("key:late"), "read", "kursk", 1_000_000
    ).allowed


def test_a_key_that_nobody_issued_has_no_right() -> None:
    """Neither what was granted to its name nor to everyone counts: nobody can prove to be it."""
    grants = [made(1, "everyone", "reader", "*"), made(2, "key:tyop", "writer", "kursk")]
    for right in ("read", "write"):
        why = explain_right(Policy(grants), principal_named("key:tyop"), right, "kursk", 0)
        assert (why.allowed, why.by) == (False, [])
        assert why.because == "There is no key 'tyop', so nobody can prove to be it."

"""The policy."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.answers.access import Grant
from service.access.policy import Policy
from service.access.principal import EVERYONE, Principal
from service.access.roles import RIGHTS, ROLES, Right
from tests.unit.service.access.policies import (
    PRINCIPALS,
    TIMELINES,
    grants,
    is_allowed,
    made,
)

QUESTIONS = st.tuples(
    st.sampled_from(PRINCIPALS), st.sampled_from(RIGHTS), st.sampled_from([None, *TIMELINES])
)


@given(grants(), st.lists(QUESTIONS, max_size=9))
def test_a_decision_is_what_the_rules_say(
    drawn: list[Grant], questions: list[tuple[Principal, Right, str | None]]
) -> None:
    """Whatever was granted, a right is given where the plain reading of the rules gives it, however
    often it is asked, and however few decisions there is room for."""
    asked = Policy(drawn)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.access.policy._MOST_DECIDED", 3)
        for question in [*questions, *questions[:4], *questions]:
            assert asked.allows(*question) == is_allowed(drawn, *question)
            assert len(asked._decided) <= 3


@given(grants(), QUESTIONS)
def test_the_grants_behind_a_decision_are_those_that_decide_alone(
    drawn: list[Grant], question: tuple[Principal, Right, str | None]
) -> None:
    """The grants that are named for a decision are exactly those that each would decide alone."""
    deciding = [grant for grant in drawn if is_allowed([grant], *question)]
    assert [*Policy(drawn).granting(*question)] == deciding


@given(grants(), st.sampled_from(PRINCIPALS), st.sampled_from(TIMELINES))
def test_what_is_readable_is_what_may_be_read(
    drawn: list[Grant], principal: Principal, timeline: str
) -> None:
    """The reach by which lists are filtered covers exactly the timelines that may be read."""
    policy = Policy(drawn)
    may_read = is_allowed(drawn, principal, "read", timeline)
    assert policy.readable(principal).covers(timeline) == may_read


def test_nothing_is_granted_by_no_grant() -> None:
    """A policy without grants allows nobody anything, and its reach is nothing."""
    policy = Policy()
    assert not any(policy.allows(EVERYONE, right, "a") for right in RIGHTS)
    assert not policy.readable(EVERYONE).covers("a")


def test_a_role_of_a_later_version_gives_nothing() -> None:
    """A grant with a role that this version does not know allows nothing."""
    policy = Policy([made(1, "everyone", "emperor", "*")])
    assert not any(policy.allows(EVERYONE, right, "a") for right in RIGHTS)


def test_an_admin_of_some_timelines_manages_nothing() -> None:
    """Keys and grants, and the service itself, are for an admin of `*` only."""
    policy = Policy([made(1, "everyone", "admin", "desk-*")])
    assert policy.allows(EVERYONE, "redact", "desk-a")
    assert not policy.allows(EVERYONE, "manage")
    assert not policy.allows(EVERYONE, "operate")
    assert not policy.allows(EVERYONE, "read", "_access")


def test_each_role_but_the_operator_has_all_that_the_one_before_it_has() -> None:
    """Reader, contributor, writer, editor, admin: each may more than the one before."""
    chain = [ROLES[name] for name in ("reader", "contributor", "writer", "editor", "admin")]
    assert all(less < more for less, more in pairwise(chain))
    assert ROLES["admin"] == {*RIGHTS}

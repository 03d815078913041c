"""The reach of patterns."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from service.access.reach import Reach

NAMES = st.text("ab-", min_size=1, max_size=4).map(lambda text: f"a{text}")
PATTERNS = st.lists(
    st.one_of(NAMES, st.builds("{}*".format, NAMES), st.just("*"), st.just("_access"))
)


def matches(pattern: str, timeline: str) -> bool:
    if pattern[-1] != "*":
        return pattern == timeline
    return timeline.startswith(pattern[:-1]) and not timeline.startswith("_")


@given(PATTERNS, st.one_of(NAMES, st.just("_access"), st.just("_other")))
def test_a_reach_covers_what_one_of_its_patterns_matches(
    patterns: list[str], timeline: str
) -> None:
    """However patterns overlap, a timeline is covered if one of them stands for it."""
    assert Reach.of(patterns).covers(timeline) == any(matches(p, timeline) for p in patterns)


@given(PATTERNS, st.randoms())
def test_patterns_in_any_order_and_number_are_one_reach(
    patterns: list[str], chance: random.Random
) -> None:
    """Reaches are equal whatever the order of the grants, and if one is given twice."""
    shuffled = [*patterns, *patterns[:2]]
    chance.shuffle(shuffled)
    assert Reach.of(shuffled) == Reach.of(patterns)
    assert hash(Reach.of(shuffled)) == hash(Reach.of(patterns))


def test_what_a_prefix_covers_already_is_not_kept_twice() -> None:
    """A name or a prefix within another prefix does not make a reach a different one."""
    assert Reach.of(["desk-*", "desk-a", "desk-a*"]) == Reach.of(["desk-*"])
    assert Reach.of(["*", "a", "b*"]).is_everything
    assert not Reach.of(["a*"]).is_everything

"""Random grants, and what they allow by the plainest reading of the rules."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from projections.answers.access import Grant
from service.access.principal import EVERYONE, Principal

__all__ = ["PRINCIPALS", "TIMELINES", "grants", "is_allowed", "made"]

PRINCIPALS = [
    EVERYONE,
    Principal("key:desk", author="desk"),
    Principal("person:ann@example.org", frozenset({"group:editors"}), "ann@example.org"),
    Principal("person:bo@example.org", frozenset({"group:editors", "group:law"}), "bo@example.org"),
]
TIMELINES = [
    *("a", "desk", "desk-", "desk-a", "desk-ab", "news", "_access", "_other"),
    *("_proposals.desk", "_proposals.desk-a", "_proposals._access"),
]
ROLES = {
    "reader": {"read"},
    "contributor": {"read", "propose"},
    "writer": {"read", "propose", "write"},
    "editor": {"read", "propose", "write", "review", "open"},
    "admin": {"read", "propose", "write", "review", "open", "redact"},
    "operator": {"operate"},
}
_HOLDERS = ["everyone", "key:desk", "person:ann@example.org", "group:editors", "group:law"]
_PATTERNS = ["*", "a", "d*", "desk", "desk-*", "desk-a", "desk-a*", "news"]


def made(number: int, to: str, role: str, timelines: str) -> Grant:
    return Grant(f"g{number}", to, role, timelines, "owner", number, "2026-01-01T00:00:00.000000Z")


@st.composite
def grants(draw: st.DrawFn) -> list[Grant]:
    one = st.tuples(*map(st.sampled_from, (_HOLDERS, [*ROLES], _PATTERNS)))
    drawn = draw(st.lists(one, max_size=8))
    return [made(n, *each) for n, each in enumerate(drawn, 1)]


def is_allowed(
    given: Iterable[Grant], principal: Principal, right: str, timeline: str | None
) -> bool:
    """The rules, one grant after another, without anything that makes them quick."""
    holders = {"everyone", principal.name, *principal.groups}
    own = [grant for grant in given if grant.to in holders]
    rules_all = any(grant.role == "admin" and grant.timelines == "*" for grant in own)
    if right == "manage":
        return rules_all
    if right == "operate":
        return rules_all or any(grant.role == "operator" for grant in own)
    if timeline is None:
        return False
    if timeline[0] == "_":
        if right != "read":
            return False
        kind, _, about = timeline.partition(".")
        if kind == "_proposals":
            return is_allowed(own, principal, "review", about)
        return timeline == "_access" and rules_all
    return any(
        right in ROLES[grant.role]
        and (
            timeline == grant.timelines
            or (grant.timelines[-1] == "*" and timeline.startswith(grant.timelines[:-1]))
        )
        for grant in own
    )

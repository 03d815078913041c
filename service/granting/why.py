"""Why somebody has a right, or does not have it, in a sentence."""

from __future__ import annotations

from typing import Final

from events.edtf.timestamp import parse_rfc3339
from events.event.access_words import grantee_of
from events.statement.timeline_names import ACCESS_TIMELINE, PROPOSALS
from projections.answers.access import Grant
from service.access.policy import Policy
from service.access.principal import Principal
from service.access.roles import SERVICE_RIGHTS, Right
from service.messages.access import Why

__all__ = ["explain_right", "principal_named"]

_INDIRECT: Final = {
    ACCESS_TIMELINE: "Reading it takes the role of an admin on '*'. ",
    PROPOSALS: "Reading proposals takes the right 'review' on their timeline. ",
}


def principal_named(name: str) -> Principal:
    """The principal of that name. A person's groups are known only when they sign in, so grants to
    a group count only for the group itself here."""
    return Principal(grantee_of(name))


def explain_right(
    policy: Policy,
    principal: Principal,
    right: Right,
    timeline: str | None,
    at: int,
) -> Why:
    """Whether the principal had the right by that policy, and why, at the time `at` in microseconds
    since 1970."""
    ended = _end_of_key(policy, principal, at)
    if ended is not None:
        return Why(allowed=False, by=[], because=ended)
    by = [*policy.granting(principal, right, timeline)]
    place = "" if right in SERVICE_RIGHTS or timeline is None else f" on {timeline!r}"
    if by:
        gave = "; ".join(map(_given, by))
        because = f"{principal.name} has the right {right!r}{place}: {gave}."
        return Why(allowed=True, by=by, because=because)
    because = f"Nothing that {principal.name} was granted gives the right {right!r}{place}."
    return Why(allowed=False, by=[], because=_hint(right, timeline) + because)


def _end_of_key(policy: Policy, principal: Principal, at: int) -> str | None:
    """Why a key is not valid at that time; None if it is valid, or the principal is not a key."""
    kind, _, name = principal.name.partition(":")
    if kind != "key":
        return None
    kept = policy.keys_by_name.get(name)
    if kept is None:
        return f"There is no key {name!r}, so nobody can prove to be it."
    key = kept.key
    if key.revoked is not None:
        ended = key.revoked
        when = f"at revision {ended.revision} by {ended.author}"
        return f"The key {key.name!r} was revoked {when}: {ended.reason}"
    if key.expires is not None and parse_rfc3339(key.expires) <= at:
        return f"The key {key.name!r} expired at {key.expires}."
    return None


def _given(grant: Grant) -> str:
    whom = f"the role {grant.role!r} on {grant.timelines!r} was given to {grant.to}"
    return f"{whom} at revision {grant.revision} by {grant.author}"


def _hint(right: Right, timeline: str | None) -> str:
    """The right that reading one of the service's own timelines takes."""
    if right != "read" or timeline is None:
        return ""
    return next((words for name, words in _INDIRECT.items() if timeline.startswith(name)), "")

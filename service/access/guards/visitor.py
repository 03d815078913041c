"""A visitor: who makes one request, and what they may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from time import perf_counter
from typing import Any, Final

from events.errors import AccessError, Forbidden, Lagging, Unauthenticated, Unknown
from projections.answers.access import Grant
from service.access.access import Access
from service.access.guards.denials import Denial, denial_of
from service.access.policy import Policy
from service.access.principal import EVERYONE, Principal
from service.access.reach import Reach
from service.access.roles import Right

__all__ = ["Visitor", "visitor_of"]

_Lines = Mapping[bytes, Sequence[bytes]]

_SOON: Final = 0.25
"""Seconds for which a decision holds while the policy stays the same: a key may expire."""
_NO_KEY: Final = (
    "This needs credentials: send `Authorization: Bearer` and an API key that may do it, or sign "
    "in. What may be done without is for the operator of this service to grant."
)
_NO_RIGHT: Final = (
    "What you have been granted does not include the right {!r} here: ask somebody who manages "
    "the grants of this service for it. /v1/me lists what you have."
)


class Visitor:
    """Who makes one request, found out when it is first needed. Each question is decided by the
    policy of that moment."""

    timeline: str | None = None
    """The timeline for which a right was required last."""
    timelines: tuple[str, ...] = ()
    """All timelines that the request is about, once rights for them were required."""
    proposes = False
    """Whether the visitor's writes become proposals, once writing was required."""
    is_shown_own = False
    """Whether the answer depends on who is asking, though others may read the timeline too."""

    _principal: Principal | None = None
    _doubted: Unauthenticated | None = None
    _readable: tuple[Policy, str] | None = None
    """A timeline that the visitor may read, and the policy that says so."""
    _needed: Right | None = None
    _decided = 0.0

    def __init__(
        self, lines: _Lines, access: Access, count: Callable[[Denial], None] = lambda _: None
    ) -> None:
        """`lines` are the request's headers, by name. `count` is called once for each denial."""
        self._lines = lines  # not the scope, which refers to this object
        self._access = access
        self._count = count
        self._policy = access.policy

    @property
    def principal(self) -> Principal:
        """Who is asking. Raises Unauthenticated if the credentials are invalid, and Lagging while
        keys and grants are unknown."""
        principal = self._principal
        if principal is not None:
            return principal
        if self._doubted is None:
            self._find_out()
        if self._doubted is not None:
            raise self._doubted
        return self._principal or EVERYONE

    @property
    def known(self) -> Principal | None:
        """Who is asking, if that was found out already."""
        return self._principal

    @property
    def reach(self) -> Reach:
        """The timelines that the visitor may read. Raises Unauthenticated, Lagging."""
        return self._access.known_policy.readable(self.principal)

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Every grant that counts for the visitor. Raises Unauthenticated, Lagging."""
        return self._access.known_policy.held_by(self.principal)

    @property
    def is_shown_to_all(self) -> bool:
        """Whether everybody else who asks the same gets the same answer."""
        if self._principal is None or self._principal == EVERYONE:
            return True
        if self.timeline is None or self.is_shown_own or self.proposes:
            return False
        allows = self._access.policy.allows
        for timeline in self.timelines:  # noqa: SIM110 - nearly always one: `all` takes longer
            if not allows(EVERYONE, "read", timeline):
                return False
        return True

    def forgive(self) -> None:
        """Treat wrong credentials as none: the page is shown nevertheless, and its calls report
        what is wrong."""
        try:
            self._principal = self._access.principal_of(*_credentials(self._lines))
        except Unauthenticated:
            self._principal = EVERYONE

    def may(self, right: Right, timeline: str | None = None) -> bool:
        """Whether the visitor has the right. Raises Unauthenticated, and Lagging while keys and
        grants are unknown, because "no" would be wrong then."""
        return self._access.known_policy.allows(self.principal, right, timeline)

    def reads(self, timeline: str) -> bool:
        """Whether the visitor may read the timeline, which the answer is about. "No" is not counted
        as a denial. Raises Unauthenticated."""
        self._is_about(timeline)
        may = self.may("read", timeline)
        if may:
            self._readable = self._access.policy, timeline
        return may

    def require(self, right: Right, timeline: str | None = None) -> None:
        """Raises Unauthenticated, Unknown or Forbidden unless the visitor has the right.

        A visitor without credentials gets Unauthenticated. For others, a timeline that they may not
        read is Unknown, whether it exists or not.
        """
        self._is_about(timeline)
        self._needed, self._policy = right, self._access.policy
        self._decided = perf_counter()
        if right == "read" and self._readable == (self._policy, timeline):
            return
        try:
            if self.may(right, timeline):
                return
        except Unauthenticated as doubt:
            raise Unauthenticated(doubt.reason, str(doubt), right) from doubt
        error = self._refusal(right, timeline)
        self._count(denial_of(error))
        raise error

    def require_writing(self, timeline: str | None) -> None:
        """Require `write`, or `propose` if the visitor does not have `write`."""
        self.proposes = self._only_proposes(timeline)
        self.require("propose" if self.proposes else "write", timeline)

    def _only_proposes(self, timeline: str | None) -> bool:
        try:
            return not self.may("write", timeline) and self.may("propose", timeline)
        except Unauthenticated:
            return False

    def recheck(self) -> None:
        """Decide again about the required right, if the decision may have changed. Raises what
        `require` raises."""
        late = perf_counter() - self._decided > _SOON
        if self._needed is not None and (late or self._policy is not self._access.policy):
            self._principal = self._readable = None
            self.require(self._needed, self.timeline)

    def still_reads(self, timelines: Iterable[str]) -> bool:
        """Whether the visitor may read all of the timelines, by the present credentials and policy;
        False while these are unknown. "No" is not counted as a denial."""
        try:
            principal = self._access.principal_of(*_credentials(self._lines))
        except (Unauthenticated, Lagging):
            return False
        policy = self._access.policy
        return all(policy.allows(principal, "read", timeline) for timeline in timelines)

    def _is_about(self, timeline: str | None) -> None:
        self.timeline = timeline
        if timeline is not None and timeline not in self.timelines:
            self.timelines += (timeline,)

    def _find_out(self) -> None:
        try:
            self._principal = self._access.principal_of(*_credentials(self._lines))
        except Unauthenticated as error:
            self._count(error.reason)
            self._doubted = error

    def _refusal(self, right: Right, timeline: str | None) -> AccessError | Unknown:
        if self.principal == EVERYONE:
            return Unauthenticated("missing", _NO_KEY, right)
        if timeline is not None and not self.may("read", timeline):
            return Unknown("timeline", timeline)
        return Forbidden(right, _NO_RIGHT.format(right))


def visitor_of(scope: Any) -> Visitor:
    """The visitor of the request with this scope."""
    visitor: Visitor = scope["user"]
    return visitor


def _credentials(lines: _Lines) -> tuple[str | None, str | None]:
    """The headers `Authorization` and `Cookie`, each with all its lines joined."""
    authorization, cookie = lines.get(b"authorization"), lines.get(b"cookie")
    return (
        None if authorization is None else b", ".join(authorization).decode("latin-1"),
        None if cookie is None else b"; ".join(cookie).decode("latin-1"),
    )

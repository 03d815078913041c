"""How many requests a caller may send, and how often it may send wrong credentials."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from time import monotonic
from typing import Any, Final

from service.http.limits.caller import CALLER, address_of, network_of
from service.http.limits.sliding_windows import SlidingWindows
from service.http.requests import TooManyRequests
from service.settings.rate import Rate
from service.tally import TallyRow

__all__ = ["LIMITS", "LIMIT_HEADERS", "RequestLimits", "count_wrong_try"]

LIMIT_HEADERS: Final = "onrecord.limits"
"""In the scope of a counted request: the headers of its answer with the limits."""
LIMITS: Final = "onrecord.request-limits"
"""In the scope of a request: the limits that apply to it."""
_REMEMBERED: Final = 4_096
"""The most callers whose keys a process caches."""
_WRONG: Final = Rate(10, 60)
"""The attempts with wrong credentials that an address has."""


class RequestLimits:
    """The limits of a service. The caller of a request is known when it is counted."""

    def __init__(
        self,
        row: TallyRow,
        anonymous: Rate | None,
        key: Rate | None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`anonymous` is the rate of an address, `key` of a principal; None means unlimited. All
        processes share the `clock`."""
        self._windows = SlidingWindows(row)
        self._clock = clock
        self._anonymous = self._counter("address", anonymous)
        self._key = self._counter("principal", key)

    def _counter(self, kind: str, rate: Rate | None) -> _Counter | None:
        return None if rate is None else _Counter(kind, rate, self._windows, self._clock)

    def count(self, scope: Any) -> None:
        """Count the request, and put the headers that tell its caller what is left into its scope.
        Raises TooManyRequests."""
        caller = scope.get(CALLER)
        counter = self._anonymous if caller is None else self._key
        if counter is not None:
            counter.count(scope, scope["client"][0] if caller is None else caller)

    def count_wrong(self, scope: Any) -> None:
        """Count an attempt with wrong credentials. Raises TooManyRequests if the client's address
        had too many; callers with valid credentials are not affected."""
        key = self._windows.key_of(f"wrong {address_of(scope)}")
        _, _, wait = self._windows.admit(key, _WRONG, self._clock())
        if wait is not None:
            raise TooManyRequests(
                f"These credentials are wrong, as more than {_WRONG.limit} in a minute were.",
                ceil(wait),
            )


def count_wrong_try(scope: Any) -> None:
    """Count an attempt with wrong credentials in the body of a request. Raises TooManyRequests."""
    limits: RequestLimits | None = scope.get(LIMITS)
    if limits is not None:
        limits.count_wrong(scope)


class _Counter:
    """Counts the requests of one kind of callers. The headers have the form of the IETF's draft
    `httpapi-ratelimit-headers`, version 10."""

    def __init__(
        self, kind: str, rate: Rate, windows: SlidingWindows, clock: Callable[[], float]
    ) -> None:
        self._kind = kind
        self._rate = rate
        self._windows = windows
        self._clock = clock
        self._told = b'"%b";r=%%d;t=%%d' % kind.encode()
        policy = b'"%b";q=%d;w=%d' % (kind.encode(), rate.limit, rate.seconds)
        self._policy = (b"ratelimit-policy", policy)
        self._keys: dict[str, int] = {}

    def count(self, scope: Any, caller: str) -> None:
        key = self._keys.get(caller)
        things, reset, wait = self._windows.admit(
            self._meet(caller) if key is None else key, self._rate, self._clock()
        )
        told = self._told % (things, ceil(reset))
        scope[LIMIT_HEADERS] = ((b"ratelimit", told), self._policy)
        if wait is not None:
            words = f"{self._rate.limit:,} requests in a {str(self._rate).partition('/')[2]}"
            raise TooManyRequests(f"This is more than {words}.", ceil(wait))

    def _meet(self, caller: str) -> int:
        if len(self._keys) >= _REMEMBERED:
            self._keys.clear()
        name = network_of(caller) if self._kind == "address" else caller
        key = self._keys[caller] = self._windows.key_of(f"{self._kind} {name}")
        return key

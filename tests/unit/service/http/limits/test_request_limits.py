"""The limits of requests and of tries with wrong credentials."""

from __future__ import annotations

from typing import Any

import pytest

from service.http.limits.caller import CALLER
from service.http.limits.request_limits import LIMIT_HEADERS, RequestLimits
from service.http.requests import TooManyRequests
from service.settings.rate import Rate
from service.tally import Tally


class Limits:
    """Limits whose clock a test moves."""

    def __init__(self, anonymous: Rate | None, key: Rate | None = None) -> None:
        self.now = 1_000.0
        self.limits = RequestLimits(Tally().row(0), anonymous, key, lambda: self.now)

    def count(self, address: str = "203.0.113.9", caller: str | None = None) -> dict[bytes, bytes]:
        """The headers that show the limit."""
        scope: dict[str, Any] = {"client": (address, 0)}
        if caller is not None:
            scope[CALLER] = caller
        try:
            self.limits.count(scope)
        finally:
            self.headers = dict(scope.get(LIMIT_HEADERS, ()))
        return self.headers


def test_an_address_has_its_rate() -> None:
    """The refusal says when to come back, and then it is true."""
    limits = Limits(Rate(2, 60))
    assert limits.count() == {
        b"ratelimit": b'"address";r=1;t=60',
        b"ratelimit-policy": b'"address";q=2;w=60',
    }
    limits.now += 10
    limits.count()
    with pytest.raises(TooManyRequests, match="more than 2 requests in a minute") as caught:
        limits.count()
    assert (caught.value.wait, limits.headers[b"ratelimit"]) == (50, b'"address";r=0;t=60')
    limits.count("203.0.113.10")
    limits.now += caught.value.wait
    limits.count()


def test_a_principal_has_another_rate() -> None:
    """Wherever it asks from; and the address that it shares with others is not used up by it."""
    limits = Limits(Rate(1, 60), Rate(3, 60))
    for address in ("203.0.113.9", "203.0.113.10", "203.0.113.11"):
        assert b'"principal"' in limits.count(address, "key:desk")[b"ratelimit"]
    with pytest.raises(TooManyRequests):
        limits.count("203.0.113.9", "key:desk")
    limits.count("203.0.113.9", "key:other")
    limits.count("203.0.113.9")


def test_without_a_limit_nothing_is_counted() -> None:
    """No answer names a limit, either."""
    limits = Limits(None)
    assert [limits.count() for _ in range(100)] == [{}] * 100


def test_ten_wrong_credentials_a_minute() -> None:
    """An address has ten, whatever else is limited; right ones are never asked about."""
    limits = Limits(None)
    scope: dict[str, Any] = {"client": ("203.0.113.9", 0)}
    for _ in range(10):
        limits.limits.count_wrong(scope)
    with pytest.raises(TooManyRequests) as caught:
        limits.limits.count_wrong(scope)
    assert caught.value.wait == 60
    limits.limits.count_wrong({"client": ("203.0.113.10", 0)})
    limits.count(caller="key:desk")
    limits.now += 60
    limits.limits.count_wrong(scope)

"""What an access decision costs: recognizing a key and deciding a right, among many grants.

The peer is the SHA-256 of a kilobyte: a decision should not cost many times as much.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from time import perf_counter
from typing import Final

from projections.answers.access import Grant, IssuedKey
from projections.queries.access import KeptKey
from service import clock
from service.access.access import Access
from service.access.policy import Policy
from service.access.principal import Principal
from service.access.secret import Secret

_GRANTS: Final = 1_000
_ROUNDS: Final = 20_000
_RECORDED: Final = "2026-01-01T00:00:00.000000Z"


def main() -> None:
    secret = Secret.make()
    key = IssuedKey(secret.id, "desk", None, "owner", 1, _RECORDED)
    groups = frozenset(f"group:{n}" for n in range(5))
    person = Principal("person:ann@example.org", groups, "ann@example.org")
    holders = ["key:desk", "everyone", person.name, *groups]
    grants = [
        Grant(f"{n}", holders[n % len(holders)], "writer", _pattern(n), "owner", n, _RECORDED)
        for n in range(_GRANTS)
    ]
    access = Access(clock.now, Policy(grants, [KeptKey(key, secret.sha256)]))
    sent = f"Bearer {secret.reveal()}"
    policy = access.policy
    peer = _microseconds(lambda: sha256(bytes(1_024)).digest())
    desk = access.principal_of(sent)
    print(f"{_GRANTS:,} grants; peer: SHA-256 of a kilobyte, {peer:.1f} µs")
    for name, work in (
        ("a key recognised", lambda: access.principal_of(sent)),
        ("a right of a key", lambda: policy.allows(desk, "write", "desk-77-x")),
        ("a right of a person in five groups", lambda: policy.allows(person, "write", "other")),
    ):
        spent = _microseconds(work)
        print(f"  {name}: {spent:.1f} µs, {spent / peer:.1f} times the peer (wanted: below 20 µs)")


def _pattern(number: int) -> str:
    """A pattern of up to 62 characters; together they have prefixes of every length."""
    return f"{f'{number}-' * 20}"[: 1 + number % 61] + "*"


def _microseconds(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(5):
        began = perf_counter()
        for _ in range(_ROUNDS // 5):
            work()
        best = min(best, (perf_counter() - began) / (_ROUNDS // 5))
    return best * 1e6


if __name__ == "__main__":
    main()

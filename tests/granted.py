"""Keys and grants for an application in the test's own process, without a log."""

from __future__ import annotations

from projections.answers.access import Grant, IssuedKey, Revocation
from projections.queries.access import KeptKey
from service.access.access import Access
from service.access.policy import Policy
from service.access.secret import Secret

__all__ = ["OPEN", "Granted"]

_RECORDED = "2026-01-01T00:00:00.000000Z"
OPEN = Policy([Grant("", "everyone", "admin", "*", "", 0, "")])
"""Grants everything to everybody."""


class Granted:
    """The grants so far. `access` gets each change at once; its clock is 0 until `now` is set, in
    microseconds since 1970."""

    def __init__(self) -> None:
        self.now = 0
        self.access = Access(lambda: self.now, Policy())
        self._secrets: dict[str, Secret] = {}
        self._keys: dict[str, KeptKey] = {}
        self._grants: dict[str, Grant] = {}

    def key(self, name: str, *grants: tuple[str, str], expires: str | None = None) -> str:
        """The header `Authorization` of a new key with these grants, each a role and timelines."""
        secret = self._secrets[name] = Secret.make()
        issued = IssuedKey(secret.id, name, expires, "owner", 1, _RECORDED)
        self._keys[name] = KeptKey(issued, secret.sha256)
        self._change()
        for role, timelines in grants:
            self.grant(f"key:{name}", role, timelines)
        return f"Bearer {secret.reveal()}"

    def grant(self, to: str, role: str, timelines: str) -> str:
        """The id of a new grant."""
        name = f"g{len(self._grants) + 1}"
        self._grants[name] = Grant(name, to, role, timelines, "owner", 1, _RECORDED)
        self._change()
        return name

    def take_grant(self, name: str) -> None:
        """Take a grant."""
        del self._grants[name]
        self._change()

    def revoke(self, name: str) -> None:
        """Revoke a key."""
        kept = self._keys[name]
        gone = Revocation("lost", "owner", 2, _RECORDED)
        issued = IssuedKey(kept.key.id, name, None, "owner", 1, _RECORDED, gone)
        self._keys[name] = kept._replace(key=issued)
        self._change()

    def _change(self) -> None:
        self.access.decide_by(Policy(self._grants.values(), self._keys.values()))

"""A principal: who is asking, as far as that was proved."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["ANONYMOUS", "EVERYONE", "Principal"]

ANONYMOUS: Final = "anonymous"
"""The author of events that nobody in particular has written."""


class Principal(NamedTuple):
    """`name` is `everyone`, `key:<name>` or `person:<address>`, as in grants. `groups` are the
    person's, each as `group:<name>`. `author` is the author of the events that they write: the
    key's name or the person's address."""

    name: str
    groups: frozenset[str] = frozenset()
    author: str = ANONYMOUS

    @property
    def holders(self) -> tuple[str, ...]:
        """Every name whose grants count for this principal; those of `everyone` count for all."""
        own = () if self.name == EVERYONE.name else (self.name,)
        return (EVERYONE.name, *own, *self.groups)


EVERYONE: Final = Principal("everyone")
"""Who is asking if no credentials were sent."""

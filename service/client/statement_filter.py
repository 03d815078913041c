"""What to ask a timeline's statements for."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, structs

from events.statement import Kind

__all__ = ["Match", "Order", "StatementFilter"]

Match = Literal["possible", "certain"]
Order = Literal["occurred", "-occurred", "said", "-said", "recorded", "-recorded"]


class StatementFilter(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Or within a filter, and between them. Dates are EDTF; what is None or empty is not asked.

    `actor` is speaker, via or about by any spelling, `by` the speaker only.
    """

    from_: str | None = None
    to: str | None = None
    match: Match | None = None
    actor: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    kind: tuple[Kind, ...] = ()
    place: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    order: Order | None = None

    def parameters(self) -> list[tuple[str, str]]:
        """The query parameters, in the order of the fields."""
        found: list[tuple[str, str]] = []
        for field in structs.fields(self):
            value = getattr(self, field.name)
            values = value if isinstance(value, tuple) else (value,)
            found += [(field.encode_name, item) for item in values if item is not None]
        return found

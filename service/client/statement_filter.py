"""What to ask a timeline's statements for."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, structs

from events.statement import Kind

__all__ = ["Match", "Order", "Standing", "StatementFilter"]

Match = Literal["possible", "certain"]
Order = Literal["occurred", "-occurred", "said", "-said", "recorded", "-recorded"]
Standing = Literal["asserted", "corroborated", "disputed", "superseded", "retracted"]


class StatementFilter(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Or within a filter, and between them. Dates are EDTF; what is None or empty is not asked.

    `actor` is speaker, via or about by any spelling, `by` the speaker only; `q` is full text:
    words, "phrases", -not and prefix*. `as_of` is a revision,
    a time (RFC 3339) or a day: what was known then is asked, and nothing later.
    """

    from_: str | None = None
    to: str | None = None
    said_from: str | None = None
    said_to: str | None = None
    match: Match | None = None
    actor: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    kind: tuple[Kind, ...] = ()
    place: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    standing: tuple[Standing, ...] = ()
    unsourced: bool | None = None
    q: tuple[str, ...] = ()
    as_of: str | int | None = None
    order: Order | None = None

    def parameters(self) -> list[tuple[str, str]]:
        """The query parameters, in the order of the fields."""
        found: list[tuple[str, str]] = []
        for field in structs.fields(self):
            value = getattr(self, field.name)
            values = value if isinstance(value, tuple) else (value,)
            found += [(field.encode_name, _text(item)) for item in values if item is not None]
        return found


def _text(value: str | int) -> str:
    """Booleans as the query string has them."""
    return str(value).lower() if isinstance(value, bool) else str(value)

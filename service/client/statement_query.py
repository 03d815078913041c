"""A query for the statements of a timeline."""

from __future__ import annotations

from msgspec import Struct, structs

from events.statement.statement import Kind
from projections.answers.choices import Match, Order, Standing

__all__ = ["StatementQuery"]


class StatementQuery(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Values of one field are alternatives; all fields must match. Dates are EDTF; a field that is
    None or empty is not sent.

    `actor` is a speaker, a link of `via` or somebody whom the statement is about, by any spelling;
    `by` is a speaker only; `role` is the role of `actor` in `about`; `dataset` and `origin_id` are
    of the origin. `q` is full text: words, "phrases", -not and prefix*. `as_of` is a revision, a
    time (RFC 3339) or a day: the answer is what was known then.
    """

    from_: str | None = None
    to: str | None = None
    said_from: str | None = None
    said_to: str | None = None
    match: Match | None = None
    actor: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    kind: tuple[Kind, ...] = ()
    place: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    dataset: tuple[str, ...] = ()
    origin_id: tuple[str, ...] = ()
    standing: tuple[Standing, ...] = ()
    unsourced: bool | None = None
    corrected: bool | None = None
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
    """The value in the form of a query string."""
    return str(value).lower() if isinstance(value, bool) else str(value)

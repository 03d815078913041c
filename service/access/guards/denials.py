"""The reasons for which a request is denied, as they are counted."""

from __future__ import annotations

from typing import Final, Literal, get_args

from events.errors import AccessError, Forbidden, Unauthenticated, Unknown
from service.tally import DENIED, TallyRow

__all__ = ["DENIALS", "Denial", "count_denial", "denial_of"]

Denial = Literal[
    "missing", "malformed", "unknown", "revoked", "expired", "session", "hidden", "forbidden"
]
"""Why: no credentials, or invalid ones (see `Unauthenticated`); a timeline that the caller may not
read, so that the answer is as if it did not exist; or a right that the caller lacks."""

DENIALS: Final[tuple[Denial, ...]] = get_args(Denial)


def denial_of(error: AccessError | Unknown) -> Denial:
    """The reason to count for an error of a guard."""
    if isinstance(error, Unauthenticated):
        return error.reason
    return "forbidden" if isinstance(error, Forbidden) else "hidden"


def count_denial(row: TallyRow, denial: Denial) -> None:
    row.add(DENIED + DENIALS.index(denial), 1)

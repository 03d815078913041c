"""The parameters of a list that comes in pages."""

from __future__ import annotations

from typing import Final

from service.openapi.parts import Parameter

__all__ = ["LIMIT", "PAGED"]

LIMIT: Final = Parameter(
    "limit",
    "query",
    "How many items.",
    {"type": "integer", "minimum": 1, "maximum": 500, "default": 50},
    example=20,
)
_CURSOR: Final = Parameter(
    "cursor",
    "query",
    "`next` of the page before. It carries the filters and the revision: only `limit` goes with "
    "it.",
    {"type": "string", "minLength": 1},
)
PAGED: Final = (LIMIT, _CURSOR)

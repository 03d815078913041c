"""The parameters that ask for some of a timeline's statements, in which order, and counted how."""

from __future__ import annotations

from typing import Final, get_args

from events.statement import Kind
from projections import queries
from service.openapi.parts import Parameter, Schema
from service.query_string import MOST_VALUES

__all__ = ["EVERY", "FILTERS", "ON", "ORDER", "several"]


def _date(name: str, of: str, side: str) -> Parameter:
    words = f"An EDTF date: the window of {of} times {side} its bounds."
    return Parameter(
        name, "query", words, {"type": "string", "minLength": 1, "maxLength": 64}, example="2024-10"
    )


def several(name: str, words: str, items: Schema, example: object) -> Parameter:
    """A parameter that may be repeated."""
    schema = {"type": "array", "items": items, "maxItems": MOST_VALUES}
    return Parameter(name, "query", f"{words} Repeated: or.", schema, example=[example])


_WORDS: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 1000}
_SPELLING: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 100}
FILTERS: Final = (
    _date("from", "occurred", "begins with the earliest of"),
    _date("to", "occurred", "ends with the latest of"),
    _date("said_from", "said", "begins with the earliest of"),
    _date("said_to", "said", "ends with the latest of"),
    Parameter(
        "match",
        "query",
        "Whether the widest span must touch the windows, or lie inside them.",
        {"enum": ["possible", "certain"], "default": "possible"},
    ),
    several("actor", "Speaker, via or about, by any spelling.", _SPELLING, "KCNA"),
    several("by", "The speaker, by any spelling.", _SPELLING, "KCNA"),
    several("kind", "The kind of statement.", {"enum": sorted(get_args(Kind))}, "claim"),
    several("place", "A place's name.", _WORDS, "Kursk"),
    several("tag", "A tag.", {"type": "string", "pattern": "^[a-z0-9-]{1,40}$"}, "troops"),
    several("source", "A source's id.", _SPELLING, "article"),
    several("standing", "A standing.", {"enum": list(get_args(queries.Standing))}, "disputed"),
    Parameter(
        "unsourced",
        "query",
        "`true`: only statements without a source; `false`: only those with one.",
        {"enum": ["true", "false"]},
    ),
    several(
        "q",
        'Full text: words, "phrases", -not and prefix*; case and accents do not matter.',
        {"type": "string"},
        "troops -training",
    ),
)
"""Which statements."""

ORDER: Final = (
    Parameter(
        "order",
        "query",
        "By which time; `-` in front for the reverse. Statements without it come last.",
        {"enum": list(get_args(queries.Order)), "default": "occurred"},
    ),
    Parameter(
        "count",
        "query",
        "`true`: the answer has `total`.",
        {"enum": ["true", "false"], "default": "false"},
    ),
)
"""In which order, and whether they are counted."""

EVERY: Final = Parameter(
    "every",
    "query",
    "How long a bucket is; weeks begin on Monday.",
    {"enum": list(get_args(queries.Every))},
    "month",
    required=True,
)
ON: Final = Parameter(
    "on",
    "query",
    "By which time; each statement counts once, at its earliest start.",
    {"enum": list(get_args(queries.Clock)), "default": "occurred"},
)

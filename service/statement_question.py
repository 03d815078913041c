"""What a query string asks of a timeline's statements."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, cast, get_args

from events import dates
from events.errors import DateError
from events.statement import Kind
from events.wording import TAG
from projections.queries import Match, Order, Standing, StatementFilter, Window
from service.query_string import QueryString, bounded, word

__all__ = [
    "PARAMETERS",
    "SPELLING",
    "StatementQuestion",
    "statement_filter",
    "statement_question",
    "tag",
]

PARAMETERS: Final = (
    "from",
    "to",
    "said_from",
    "said_to",
    "match",
    "actor",
    "by",
    "kind",
    "place",
    "tag",
    "source",
    "standing",
    "unsourced",
    "q",
    "order",
    "count",
)
"""What a cursor carries: everything but where the page is and how long."""

SPELLING: Final = 100
_PLACE: Final = 1_000


class StatementQuestion(NamedTuple):
    """Which statements, in which order, and whether to count them all."""

    filter: StatementFilter
    order: Order
    counted: bool


def statement_question(query: QueryString) -> StatementQuestion:
    """Takes `PARAMETERS` from the query, which notes what is wrong."""
    order = query.one("order", word(*get_args(Order))) or "occurred"
    counted = query.switch("count") or False
    return StatementQuestion(statement_filter(query), cast("Order", order), counted)


def statement_filter(query: QueryString) -> StatementFilter:
    """Takes all of them but the order and `count`."""
    match = query.one("match", word(*get_args(Match))) or "possible"
    return StatementFilter(
        occurred=_window(query, "from", "to"),
        said=_window(query, "said_from", "said_to"),
        match=cast("Match", match),
        actors=query.many("actor", bounded(SPELLING)),
        by=query.many("by", bounded(SPELLING)),
        kinds=query.many("kind", word(*sorted(get_args(Kind)))),
        places=query.many("place", bounded(_PLACE)),
        tags=query.many("tag", tag),
        sources=query.many("source", bounded(SPELLING)),
        standings=query.many("standing", word(*get_args(Standing))),
        unsourced=query.switch("unsourced"),
        q=query.many("q", str),
    )


def _window(query: QueryString, name_from: str, name_to: str) -> Window | None:
    """From the earliest second of the one date to the latest of the other."""
    begin, end = query.one(name_from, _date), query.one(name_to, _date)
    if begin is None and end is None:
        return None
    earliest = begin.earliest if begin else None
    latest = end.latest if end else None
    if earliest is not None and latest is not None and earliest > latest:
        query.wrong(name_to, f"The window ends before it begins: {name_from} is later.")
    return Window(earliest, latest)


def _date(text: str) -> dates.Date:
    try:
        return dates.parse(text)
    except DateError as error:
        if re.search(r"\d \d", text):
            message = f"{error.message} In a query a + is written %2B: a plain one is a space."
            raise DateError(message, error.column) from error
        raise


def tag(text: str) -> str:
    if not TAG.admits(text):
        raise ValueError(TAG.rule)
    return text

"""The question about a timeline's statements: which ones, in which order, and counted or not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, cast, get_args

from events.edtf import dates
from events.errors import DateError
from events.statement.letters import folded_tag
from events.statement.statement import Kind
from events.statement.wording import NAME, ROLE, SOURCE_ID, SPELLING, TAG, Wording
from projections.answers.choices import Match, Order, Standing
from projections.queries import StatementFilter, Window
from service.http.declared.parameter import (
    ANY_TEXT,
    Parameter,
    ParameterType,
    choice,
    default,
    optional,
    several,
    switch,
    text,
)
from service.http.declared.query import DeclaredQuery, Query
from service.http.query_string import QueryString

__all__ = [
    "FILTERS",
    "KINDS",
    "ORDER",
    "ORDERS",
    "SPELLINGS",
    "TAGS",
    "StatementQuestion",
    "statement_filter",
    "statement_question",
    "windows_in_order",
]


def _date(text: str) -> dates.Date:
    try:
        return dates.parse_optional(text)
    except DateError as error:
        if re.search(r"T[0-9:.]+ [0-9]", text):
            message = f"{error.message} In a query a + is written %2B: a plain one is a space."
            raise DateError(message, error.column) from error
        raise


def _tag(text: str) -> str:
    return folded_tag(_admitted(text, TAG))


def _role(text: str) -> str:
    return _admitted(text, ROLE)


def _admitted(text: str, wording: Wording) -> str:
    if not wording.admits(text):
        raise ValueError(wording.rule)
    return text


_DATE: Final = ParameterType(_date, text(dates.MOST_CHARACTERS).schema, closed=True)


def _bound(name: str, of: str, side: str) -> Parameter[dates.Date | None]:
    words = f"An EDTF date: the window of {of} times {side} its bounds."
    return optional(name, words, _DATE, "2024-10")


SPELLINGS: Final = text(SPELLING.longest)
KINDS: Final = choice(*sorted(get_args(Kind)))
TAGS: Final = ParameterType(_tag, {"type": "string", "maxLength": TAG.longest, **TAG.schema})

_FROM: Final = _bound("from", "occurred", "begins with the earliest of")
_TO: Final = _bound("to", "occurred", "ends with the latest of")
_SAID_FROM: Final = _bound("said_from", "said", "begins with the earliest of")
_SAID_TO: Final = _bound("said_to", "said", "ends with the latest of")
_MATCH: Final = default(
    "match",
    "Whether the widest span must touch the windows, or lie inside them.",
    choice(*get_args(Match)),
    "possible",
)
_ACTOR: Final = several("actor", "Speaker, via or about, by any spelling.", SPELLINGS, "KCNA")
_BY: Final = several("by", "A speaker, by any spelling.", SPELLINGS, "KCNA")
_ROLE: Final = several(
    "role",
    "As what somebody is spoken of: whom `actor` names, if it is there.",
    ParameterType(_role, {"type": "string", **ROLE.schema}),
    "target",
)
_KIND: Final = several("kind", "The kind of statement.", KINDS, "claim")
_PLACE: Final = several("place", "A place's name.", text(NAME.longest), "Kursk")
_TAG: Final = several("tag", "A tag.", TAGS, "troops")
_SOURCE: Final = several("source", "A source's id.", text(SOURCE_ID.longest), "article")
_DATASET: Final = several("dataset", "The dataset of an origin.", text(NAME.longest), "claims")
_ORIGIN_ID: Final = several("origin_id", "The id of an origin.", text(1_000), "row-17")
_STANDING: Final = several("standing", "A standing.", choice(*get_args(Standing)), "disputed")
_UNSOURCED: Final = optional(
    "unsourced",
    "`true`: only statements without a source; `false`: only those with one.",
    switch,
)
_CORRECTED: Final = optional(
    "corrected",
    "`true`: only statements whose content was corrected; `false`: only those as recorded.",
    switch,
)
_Q: Final = several(
    "q",
    'Full text: words, "phrases", -not and prefix*; case and accents do not matter, and '
    "scripts without spaces are found anywhere in a run.",
    ANY_TEXT,
    "troops -training",
)
FILTERS: Final[tuple[Parameter[Any], ...]] = (
    _FROM,
    _TO,
    _SAID_FROM,
    _SAID_TO,
    _MATCH,
    _ACTOR,
    _BY,
    _ROLE,
    _KIND,
    _PLACE,
    _TAG,
    _SOURCE,
    _DATASET,
    _ORIGIN_ID,
    _STANDING,
    _UNSOURCED,
    _CORRECTED,
    _Q,
)
"""The parameters that select statements."""

ORDER: Final = default(
    "order",
    "By which time; `-` in front for the reverse. Statements without it come last.",
    choice(*get_args(Order)),
    "occurred",
)
_COUNT: Final = default("count", "`true`: the answer has `total`.", switch, absent=False)
ORDERS: Final[tuple[Parameter[Any], ...]] = (ORDER, _COUNT)
"""The parameters for the order, and for counting."""

_PINNED: Final = optional("pinned", "The first page was asked as of a moment.", switch)
"""A parameter that only cursors have."""
_CARRIED: Final = DeclaredQuery((*FILTERS, *ORDERS, _PINNED))
"""All that a cursor carries."""
_ASKED: Final = frozenset(each.name for each in (*FILTERS, *ORDERS))
_FIELDS: Final[Mapping[str, str]] = {
    parameter.name: field
    for field, parameter in (
        ("match", _MATCH),
        ("actors", _ACTOR),
        ("by", _BY),
        ("roles", _ROLE),
        ("kinds", _KIND),
        ("places", _PLACE),
        ("tags", _TAG),
        ("sources", _SOURCE),
        ("datasets", _DATASET),
        ("origin_ids", _ORIGIN_ID),
        ("standings", _STANDING),
        ("unsourced", _UNSOURCED),
        ("corrected", _CORRECTED),
        ("q", _Q),
    )
}
"""The fields of a filter, by their parameters. If a parameter is not given, it has the same default
as its field."""
_WINDOWS: Final = (("occurred", "from", "to"), ("said", "said_from", "said_to"))
"""The window fields of a filter, with the names of the parameters of their edges."""


class StatementQuestion(NamedTuple):
    """Which statements, in which order, and whether to count them all. `asked` is the same as text,
    for the cursor of the next page; `pinned` says that the query named a moment."""

    filter: StatementFilter
    order: Order
    counted: bool
    asked: tuple[tuple[str, str], ...]
    pinned: bool = False

    @classmethod
    def carried(cls, asked: Iterable[tuple[str, str]]) -> StatementQuestion:
        """The question that a cursor carries, checked like a query. Raises InvalidInput."""
        pairs = tuple(asked)
        query = _CARRIED.query_of(QueryString(pairs))
        windows_in_order(query)
        query.done()
        return statement_question(query)._replace(asked=pairs, pinned=query[_PINNED] or False)

    def as_of_a_moment(self) -> StatementQuestion:
        """The same question, but its cursors stay at the moment that was named."""
        return self._replace(asked=(*self.asked, (_PINNED.name, "true")), pinned=True)


def statement_question(query: Query) -> StatementQuestion:
    """The question that FILTERS and ORDERS describe."""
    return StatementQuestion(
        statement_filter(query),
        cast("Order", query[ORDER]),
        query[_COUNT],
        query.pairs(_ASKED),
    )


def statement_filter(query: Query) -> StatementFilter:
    """The filter that FILTERS describe."""
    values = query.values
    fields = {_FIELDS[name]: value for name, value in values.items() if name in _FIELDS}
    for field, begin, end in _WINDOWS:
        if begin in values or end in values:
            fields[field] = _window(values.get(begin), values.get(end))
    return StatementFilter(**fields)


def windows_in_order(query: Query) -> None:
    """Add a fault for each window that ends before it begins."""
    values = query.values
    for _, begin, end in _WINDOWS:
        if begin in values and end in values:
            _check_order(query, end, values[begin], values[end])


def _check_order(query: Query, name: str, begin: dates.Date | None, end: dates.Date | None) -> None:
    if begin is None or end is None or begin.earliest is None or end.latest is None:
        return
    if begin.earliest > end.latest:
        ends = f"{end.text} is over before {begin.text}"
        mend = "Write a later end or an earlier start."
        query.wrong(name, f"The window ends before it begins: {ends}. {mend}")


def _window(begin: dates.Date | None, end: dates.Date | None) -> Window | None:
    """From the earliest second of one date to the latest second of the other."""
    if begin is None and end is None:
        return None
    return Window(begin.earliest if begin else None, end.latest if end else None)

"""A query is parsed by what its route declares: values, defaults, and every fault at once."""

from __future__ import annotations

import gc
from collections.abc import Collection
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.edtf.dates import parse
from events.errors import Fault, InvalidInput
from service.http.declared.parameter import (
    Parameter,
    ParameterType,
    choice,
    default,
    integer,
    optional,
    required,
    several,
    switch,
    text,
)
from service.http.declared.query import DeclaredQuery, Query
from service.http.query_string import MOST_VALUES, QueryString

_SIZE: Final = optional("size", "How large.", integer(1, 500))
_ORDER: Final = default("order", "Which way.", choice("up", "down"), "up")
_COUNT: Final = default("count", "Whether to count.", switch, absent=False)
_WHY: Final = required("why", "Why.", choice("so"), "so", "Say why.")
_TAG: Final = several("tag", "A tag.", choice("a", "b"), "a")
_NEXT: Final = optional("next", "The next page.", choice("page"))._replace(
    alone="Only size may be given beside it.", beside=("size",)
)
_BY: Final = several("by", "Whom.", text(100), "a")
_ALL: Final = (_SIZE, _ORDER, _COUNT, _TAG, _NEXT)


def _query(text: bytes, parameters: Collection[Parameter[Any]] = _ALL) -> Query:
    return DeclaredQuery(parameters).parse(text)


def _faults(query: Query) -> tuple[Fault, ...]:
    with pytest.raises(InvalidInput) as raised:
        query.done()
    return raised.value.faults


_RIGHT: Final = [
    "size=7",
    "size=007",
    "order=down",
    "count=true",
    "tag=a",
    "tag=b",
    "why=so",
    "by=a",
]
_ENCODED: Final = ["by=a+b", "by=%41", "order=u%70", "b%79=a"]
_WRONG: Final = ["next=page", "next=no", "odd=1", "tag=c", "by=%ff", "é=", ""]
_PART: Final = st.sampled_from([*_RIGHT, *_RIGHT, *_ENCODED, *_ENCODED, *_WRONG])
_TEXT: Final = st.lists(_PART, max_size=4).map(lambda parts: "&".join(parts).encode())


@given(st.lists(_TEXT, min_size=1, max_size=5), st.booleans())
def test_a_query_that_is_read_quickly_is_the_same(texts: list[bytes], demanding: bool) -> None:
    """A query without faults is read part by part, and parts are remembered: it has the values,
    texts and faults that it has when it is read as a whole."""
    parameters = (*_ALL, _BY, _WHY) if demanding else (*_ALL, _BY)
    declared = DeclaredQuery(parameters)
    names = [each.name for each in parameters]
    for each in [*texts, *texts]:
        quick, whole = declared.parse(each), declared.query_of(QueryString.parse(each))
        assert (quick.values, quick.faults) == (whole.values, whole.faults)
        assert quick.pairs(names) == whole.pairs(names)


def test_free_texts_are_not_remembered() -> None:
    """What a caller searches for may be a text that is redacted next: only numbers, dates, words of
    a list and the like stay in memory, and of these not more than so many."""
    declared = DeclaredQuery((*_ALL, _BY))
    for number in range(2_000):
        declared.parse(b"by=secret-%d&size=%d&order=up" % (number, number % 500 + 1))
    kept = [each for each in gc.get_referents(declared.__dict__) if isinstance(each, dict)]
    assert not [key for each in kept for key in each if "secret" in key]
    assert max(map(len, kept)) <= 500


def test_values_are_parsed_by_their_declarations() -> None:
    """Each value has the type of its parameter, and what is not given its default."""
    query = _query(b"size=7&tag=b&tag=a&count=true")
    query.done()
    found = (query[_SIZE], query[_ORDER], query[_COUNT], query[_TAG], query[_NEXT])
    assert found == (7, "up", True, ("b", "a"), None)


def test_false_is_a_value() -> None:
    """A switch that is given as false is not taken for one that is not given."""
    unsourced = optional("unsourced", "Whether.", switch)
    assert _query(b"unsourced=false", [unsourced])[unsourced] is False
    assert _query(b"", [unsourced])[unsourced] is None


def test_all_faults_are_reported_together() -> None:
    """Wrong values, repeated ones, missing ones and unknown names are one answer."""
    query = _query(b"size=0&order=left&tag=c&odd=1&count=true&count=true", (*_ALL, _WHY))
    faults = _faults(query)
    paths = ["?count", "?odd", "?order", "?size", "?tag", "?why"]
    assert [fault.path for fault in faults] == paths
    assert faults[-1].message == "Say why."


def test_a_route_without_parameters_refuses_any() -> None:
    """The name of an unknown parameter is in the fault; no parameter is no fault."""
    _query(b"", ()).done()
    [fault] = _faults(_query(b"verbose=1", ()))
    assert fault.path == "?verbose"


def test_what_a_parameter_does_not_allow_beside_it_is_refused() -> None:
    """Other parameters are known, but refused for the one that stands alone."""
    query = _query(b"next=page&size=2&order=up")
    [fault] = _faults(query)
    assert (fault.path, fault.message) == ("?order", _NEXT.alone)
    assert (query[_SIZE], query[_NEXT]) == (2, "page")


def test_a_parameter_with_a_wrong_value_restricts_nothing() -> None:
    """A cursor that is none is the only fault: the others are parsed as usual."""
    query = _query(b"next=nowhere&order=down")
    assert [fault.path for fault in _faults(query)] == ["?next"]
    assert query[_ORDER] == "down"


def test_a_fault_says_where_it_is() -> None:
    """That of a date has its column; a value that is no text is beside all others."""
    day = optional("day", "When.", ParameterType(parse, {}))
    faults = _faults(_query(b"size=0&day=2024-02-30&by=%ff", (*_ALL, day)))
    assert [(fault.path, fault.column) for fault in faults] == [
        ("?by", None),
        ("?day", 9),
        ("?size", None),
    ]


def test_a_name_may_be_repeated_so_often_only() -> None:
    """One value beyond the limit is refused, in a short query string as well."""
    for part, parameter in ((b"tag=a", _TAG), (b"by=a", _BY)):
        most = _query(b"&".join([part] * MOST_VALUES), [parameter])
        assert most[parameter] == ("a",) * MOST_VALUES
        more = _query(b"&".join([part] * (MOST_VALUES + 1)), [parameter])
        assert more[parameter] == ()
        assert [fault.path for fault in _faults(more)] == [f"?{parameter.name}"]


def test_what_is_wrong_is_not_repeated_without_end() -> None:
    """A long name is cut off, and so is a long list of faults."""
    assert len(_faults(_query(b"a" * 30_000))[0].path) < 200
    assert len(_faults(_query(b"&".join(b"%d" % n for n in range(5_000))))) == 100


def test_the_schema_shows_the_default() -> None:
    """A default is documented as it is written in a query string."""
    assert (_ORDER.schema["default"], _COUNT.schema["default"]) == ("up", "false")

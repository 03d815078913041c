"""The parameters that the client sends, beside those that the service reads."""

from __future__ import annotations

from urllib.parse import urlencode

from msgspec import structs

from projections.queries import StatementFilter
from service.client.statement_query import StatementQuery
from service.http.declared.query import DeclaredQuery, Query
from service.http.query_string import QueryString
from service.reading.question import FILTERS, ORDERS, statement_question

_WHOLE = StatementQuery(
    from_="2024",
    to="2025",
    said_from="2024-10",
    said_to="2025-04",
    match="certain",
    actor=("KCNA", "Kim"),
    by=("Kim",),
    kind=("claim", "denial"),
    place=("Kursk region",),
    tag=("troops",),
    source=("a",),
    standing=("disputed",),
    unsourced=False,
    corrected=True,
    q=('"full control"', "-not"),
    role=("target", "victim"),
    dataset=("claims.csv",),
    origin_id=("17|b",),
    order="-said",
)


def _read(query: StatementQuery) -> Query:
    given = QueryString.parse(urlencode(query.parameters()).encode())
    return DeclaredQuery((*FILTERS, *ORDERS)).query_of(given)


def test_the_service_reads_what_the_client_sends() -> None:
    """Every field arrives as the filter that it is, and the order with it."""
    query = _read(_WHOLE)
    question = statement_question(query)
    query.done()
    found = question.filter
    assert question.order == "-said"
    assert (found.match, found.unsourced, found.q) == ("certain", False, _WHOLE.q)
    assert found.corrected is True
    assert (found.actors, found.by, found.places) == (_WHOLE.actor, _WHOLE.by, _WHOLE.place)
    assert (found.tags, found.sources) == (_WHOLE.tag, _WHOLE.source)
    assert (found.roles, found.datasets) == (_WHOLE.role, _WHOLE.dataset)
    assert found.origin_ids == _WHOLE.origin_id
    assert (found.kinds, found.standings) == (_WHOLE.kind, _WHOLE.standing)
    assert found.occurred is not None
    assert found.said is not None


def test_the_client_has_a_field_for_each_parameter() -> None:
    """Their names are those that the service declares, with the moment and without the count."""
    fields = {field.encode_name for field in structs.fields(StatementQuery)}
    declared = {parameter.name for parameter in (*FILTERS, *ORDERS)}
    assert fields == {*declared, "as_of"} - {"count"}


def test_a_query_without_fields_asks_for_everything() -> None:
    """It sends no parameter, and the service's filter is the empty one."""
    assert StatementQuery().parameters() == []
    assert statement_question(_read(StatementQuery())).filter == StatementFilter()

"""The query of one request, parsed by the parameters that its route declares."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from litestar import Request

from events.errors import Fault, InvalidInput
from service.http.declared.parameter import Parameter
from service.http.query_string import QueryString
from service.http.requests import header

__all__ = ["Declared", "Query", "header_of", "parsed_query"]

T = TypeVar("T")


class Declared:
    """The query parameters of a route, grouped by how they are used."""

    def __init__(self, parameters: Iterable[Parameter[Any]]) -> None:
        self.by_name = {each.name: each for each in parameters}
        self.restricting = [each for each in self.by_name.values() if each.alone is not None]
        self.demanded = [each for each in self.by_name.values() if each.demand is not None]


class Query:
    """The values of the declared query parameters. `query[LIMIT]` has the type of LIMIT's values.
    It is the default if the parameter is not given, and some harmless value if `faulty` says that
    something is wrong."""

    def __init__(self, given: QueryString, declared: Declared) -> None:
        self._given = given
        self.values: dict[str, Any] = {}
        """The given texts, by the names of the parameters."""
        names, values = given.names(), self.values
        allowed = self._restricted(declared)
        for name in names:
            parameter = allowed.get(name)
            if parameter is not None and name not in values:
                values[name] = _value(given, parameter)
        for demanded in declared.demanded:
            if demanded.name in allowed and demanded.name not in names:
                given.wrong(demanded.name, demanded.demand or "")

    def _restricted(self, declared: Declared) -> Mapping[str, Parameter[Any]]:
        """The parameters that may be given together with a restricting one; all of them if none
        restricts. Others are refused like unknown parameters."""
        given = self._given
        for parameter in declared.restricting:
            if parameter.name not in given.names():
                continue
            value = self.values[parameter.name] = _value(given, parameter)
            if value is not None:
                given.unknown = parameter.alone or ""
                return {name: declared.by_name[name] for name in parameter.beside}
        return declared.by_name

    def __getitem__(self, parameter: Parameter[T]) -> T:
        value: T = self.values.get(parameter.name, parameter.absent)
        return value

    def pairs(self, names: Collection[str]) -> tuple[tuple[str, str], ...]:
        """The text that was given under these names, in the order of the request."""
        return tuple(self._given.pairs(names))

    def wrong(self, parameter: Parameter[Any], message: str) -> None:
        """Note that the parameter's value is wrong."""
        self._given.wrong(parameter.name, message)

    def done(self) -> None:
        """Raise InvalidInput with everything that is wrong, up to a hundred faults."""
        self._given.done()


def parsed_query(request: Request[Any, Any, Any], *checks: Callable[[Query], None]) -> Query:
    """The query of a request, parsed as its route declares. Raises InvalidInput with everything
    that is wrong, including undeclared parameters. `checks` add faults of several values
    together."""
    text: bytes = request.scope["query_string"]
    query = Query(QueryString.parse(text), request.route_handler.opt["query"])
    for check in checks:
        check(query)
    query.done()
    return query


def header_of(request: Request[Any, Any, Any], parameter: Parameter[T]) -> T:
    """The value of a header; its default if it is not sent or empty. Raises InvalidInput."""
    sent = header(request.scope, parameter.name.lower().encode())
    if not sent:
        return parameter.absent
    try:
        value: T = parameter.form.read(sent)
    except ValueError as error:
        raise InvalidInput([Fault("", f"{parameter.name}: {error}")]) from error
    return value


def _value(given: QueryString, parameter: Parameter[Any]) -> Any:
    if parameter.repeated:
        return given.many(parameter.name, parameter.form.read)
    value = given.one(parameter.name, parameter.form.read)
    return parameter.absent if value is None else value

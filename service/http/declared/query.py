"""The query of one request, parsed by the parameters that its route declares."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

from litestar import Request

from events.errors import Fault, InvalidInput
from service.http.declared.parameter import Parameter
from service.http.query_string import QueryString
from service.http.requests import header

__all__ = ["Query", "header_of", "parsed_query"]

T = TypeVar("T")


class Query:
    """The values of the declared query parameters. `query[LIMIT]` has the type of LIMIT's values.
    It is the default if the parameter is not given, and any harmless value if `faulty` says that
    something is wrong."""

    def __init__(self, given: QueryString, parameters: Collection[Parameter[Any]]) -> None:
        self._given = given
        self._values: dict[str, Any] = {}
        names = given.names()
        for parameter in self._alone(parameters) or parameters:
            name = parameter.name
            if name in self._values:
                continue
            if name in names:
                self._values[name] = _value(given, parameter)
            elif parameter.demand is not None:
                given.wrong(name, parameter.demand)

    def _alone(self, parameters: Collection[Parameter[Any]]) -> list[Parameter[Any]]:
        """The parameters that may be given together with a restricting one; all of them if none
        restricts. The others are refused as unknown parameters are."""
        given = self._given
        names = given.names()
        for parameter in parameters:
            if parameter.alone is None or parameter.name not in names:
                continue
            value = self._values[parameter.name] = _value(given, parameter)
            if value is not None:
                given.unknown = parameter.alone
                return [each for each in parameters if each.name in parameter.beside]
        return []

    def __getitem__(self, parameter: Parameter[T]) -> T:
        value: T = self._values.get(parameter.name, parameter.absent)
        return value

    def pairs(self, parameters: Iterable[Parameter[Any]]) -> tuple[tuple[str, str], ...]:
        """The text that was given for the parameters, in the order of the request."""
        return tuple(self._given.pairs([parameter.name for parameter in parameters]))

    def wrong(self, parameter: Parameter[Any], message: str) -> None:
        """Note that the parameter's value is wrong."""
        self._given.wrong(parameter.name, message)

    def done(self) -> None:
        """Raise InvalidInput with everything that is wrong, up to a hundred faults."""
        self._given.done()


def parsed_query(request: Request[Any, Any, Any], *checks: Callable[[Query], None]) -> Query:
    """The query of a request, parsed as its route declares. Raises InvalidInput with everything
    that is wrong, including parameters that the route does not declare. `checks` add faults of
    several values together."""
    text: bytes = request.scope["query_string"]
    parameters: tuple[Parameter[Any], ...] = request.route_handler.opt["query"]
    query = Query(QueryString.parse(text), parameters)
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

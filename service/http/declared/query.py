"""The query of one request, parsed by the parameters that its route declares."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from litestar import Request

from events.errors import DateError, Fault, InvalidInput
from events.statement.validation import shortened
from service.http.declared.parameter import Parameter
from service.http.query_string import MOST_VALUES, QueryString
from service.http.requests import header

__all__ = ["DeclaredQuery", "Query", "header_of", "parsed_query"]

T = TypeVar("T")

_MOST_FAULTS: Final = 100

_SHORT: Final = 256
"""The most bytes of a query string that is read part by part."""

_MOST_KNOWN: Final = 500
"""The most parts that a route remembers; then it forgets them all."""

_Given = tuple[str, Any, tuple[str, str]]
"""A parameter's name and its value, and the name with the text that was given."""


class DeclaredQuery:
    """The query parameters of a route, grouped by how they are used."""

    def __init__(self, parameters: Iterable[Parameter[Any]]) -> None:
        self.by_name = {each.name: each for each in parameters}
        self.restricting = [each for each in self.by_name.values() if each.alone is not None]
        self.demanded = [each for each in self.by_name.values() if each.demand is not None]
        self._restricting = tuple(f"{each.name}=".encode() for each in self.restricting)
        self._plain = {n: each for n, each in self.by_name.items() if each.alone is None}
        self._known: dict[str, _Given] = {}
        """Parts of query strings that were read before."""

    def parse(self, text: bytes) -> Query:
        """The query in a query string, with its faults. Raises InvalidInput if that is too long."""
        query = None
        if len(text) <= _SHORT and b"%" not in text and b"+" not in text:
            query = self._parse_plain(text)
        return self.query_of(QueryString.parse(text)) if query is None else query

    def query_of(self, given: QueryString) -> Query:
        """The query with these values, and its faults."""
        reading = _FaultyReading(given, self)
        texts = [(n, None, (n, text)) for n, each in given.values.items() for text in each]
        return Query(reading.values, texts, reading.faults)

    def _parse_plain(self, text: bytes) -> Query | None:
        """The query in a query string without encoded characters; None if anything may be wrong
        with it, or a parameter restricts others."""
        if text.startswith(self._restricting):
            return None
        known, read = self._known, self._read
        try:
            parts = text.decode("ascii").split("&") if text else []
            given = [known.get(part) or read(part) for part in parts]
        except (DateError, KeyError, ValueError):
            return None
        values = {name: value for name, value, _ in given}
        for parameter in self.demanded:
            if parameter.name not in values:
                return None
        return Query(values, given, []) if len(values) == len(given) else self._joined(given)

    def _joined(self, given: Sequence[_Given]) -> Query | None:
        """The query in which parameters are repeated; None if one of them may not be."""
        by_name: dict[str, list[_Given]] = {name: [] for name, *_ in given}
        for each in given:
            by_name[each[0]].append(each)
        values: dict[str, Any] = {}
        for name, some in by_name.items():
            if len(some) > (MOST_VALUES if self._plain[name].repeated else 1):
                return None
            values[name] = some[0][1]
            for _, value, _ in some[1:]:
                values[name] += value
        return Query(values, [each for some in by_name.values() for each in some], [])

    def _read(self, part: str) -> _Given:
        """One `name=value` of a query string."""
        name, _, text = part.partition("=")
        parameter = self._plain[name]
        value = parameter.type_.read(text)
        if parameter.repeated:
            value = (value,)
        elif value is None:
            value = parameter.absent
        given = name, value, (name, text)
        if parameter.type_.closed:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[part] = given
        return given


class Query:
    """The values of the declared query parameters. `query[LIMIT]` has the type of LIMIT's values.
    It is the default if the parameter is not given, and some harmless value if something is wrong
    with it; `done` raises that."""

    def __init__(
        self, values: dict[str, Any], given: Sequence[_Given], faults: list[Fault]
    ) -> None:
        self.values = values
        """The given values, by the names of the parameters."""
        self._given = given
        self.faults = faults

    def __getitem__(self, parameter: Parameter[T]) -> T:
        return self.values.get(parameter.name, parameter.absent)  # type: ignore[no-any-return]  # - of its type

    def pairs(self, names: Collection[str]) -> tuple[tuple[str, str], ...]:
        """The text that was given under these names, in the order of the request."""
        return tuple([pair for name, _, pair in self._given if name in names])

    def wrong(self, name: str, message: str) -> None:
        """Note that the value of the parameter of this name is wrong."""
        self.faults.append(_fault(name, message))

    def done(self) -> None:
        """Raise InvalidInput with everything that is wrong, up to a hundred faults."""
        if self.faults:
            raise InvalidInput(sorted(self.faults, key=lambda fault: fault.path)[:_MOST_FAULTS])


class _FaultyReading:
    """Reads a query that may have faults, all of which are told."""

    def __init__(self, given: QueryString, declared: DeclaredQuery) -> None:
        self._given = given
        self.faults = [*given.faults]
        self.values: dict[str, Any] = {}
        values, unknown = self.values, "There is no such query parameter here."
        allowed: Mapping[str, Parameter[Any]] = declared.by_name
        for parameter in declared.restricting:
            if parameter.name in given.values and self._restricts(parameter):
                allowed = {name: allowed[name] for name in (parameter.name, *parameter.beside)}
                unknown = parameter.alone or ""
                break
        for name, texts in given.values.items():
            found = allowed.get(name)
            if found is None:
                self._note(name, unknown)
            elif name not in values:
                values[name] = self._value(found, name, texts)
        for demanded in declared.demanded:
            if demanded.name in allowed and demanded.name not in given.values:
                self._note(demanded.name, demanded.demand or "")

    def _restricts(self, parameter: Parameter[Any]) -> bool:
        """Whether only some parameters may be given together with this one, which is given: the
        others are refused as unknown parameters are."""
        name = parameter.name
        value = self.values[name] = self._value(parameter, name, self._given.values[name])
        return value is not None

    def _value(self, parameter: Parameter[Any], name: str, texts: Sequence[str]) -> Any:
        """What the texts say; a harmless value where that is wrong."""
        read = parameter.type_.read
        if parameter.repeated:
            return self._values(name, read, texts)
        if len(texts) > 1:
            self._note(name, "It may be given once only.")
            return parameter.absent
        try:
            value = read(texts[0])
        except (DateError, ValueError) as error:
            self._refuse(name, error)
            return parameter.absent
        return parameter.absent if value is None else value

    def _values(self, name: str, read: Callable[[str], T], texts: Sequence[str]) -> tuple[T, ...]:
        if len(texts) > MOST_VALUES:
            self._note(name, f"It may be given {MOST_VALUES} times at most.")
            return ()
        taken: list[T] = []
        for text in texts:
            try:
                taken.append(read(text))
            except (DateError, ValueError) as error:
                self._refuse(name, error)
        return tuple(taken)

    def _refuse(self, name: str, error: Exception) -> None:
        if isinstance(error, DateError):
            self._note(name, error.message, error.column)
        else:
            self._note(name, str(error))

    def _note(self, name: str, message: str, column: int | None = None) -> None:
        self.faults.append(_fault(name, message, column))


def _fault(name: str, message: str, column: int | None = None) -> Fault:
    return Fault(f"?{shortened(name)}", message, column)


def parsed_query(request: Request[Any, Any, Any], *checks: Callable[[Query], None]) -> Query:
    """The query of a request, parsed as its route declares. Raises InvalidInput with everything
    that is wrong, including undeclared parameters. `checks` add faults of several values
    together."""
    text: bytes = request.scope["query_string"]
    declared: DeclaredQuery = request.route_handler.opt["query"]
    query = declared.parse(text)
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
        value: T = parameter.type_.read(sent)
    except ValueError as error:
        raise InvalidInput([Fault("", f"{parameter.name}: {error}")]) from error
    return value

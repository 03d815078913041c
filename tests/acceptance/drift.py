"""Where the parameters that the program takes differ from those that a document describes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product, zip_longest
from typing import Any, Final, NamedTuple

import httpx
import pytest

from tests.serving import Service

__all__ = ["LIMITED", "USUAL", "Ask", "drifts", "misfits", "parameters_of"]

Ask = Callable[[Sequence[tuple[str, str]]], set[str]]
"""Asks an operation with these parameters; which of them are at fault, by their names. It gives one
more that nobody takes, so that nothing is ever done."""

LIMITED: Final = {"ratelimit", "ratelimit-policy"}
"""Headers of a service that limits its callers, as one on loopback does not."""
USUAL: Final = {"content-type", "content-length", "date", "connection", "transfer-encoding"}
"""Headers that HTTP has by itself."""

_NO_WORD: Final = "no-such-word"
_NO_PATTERN: Final = "!\N{SNOWMAN}"

_ALONE: Final = {"cursor"}
"""Parameters that are refused beside others."""


_TEXTS: Final = (
    *("x" * length for length in (1, 40, 41, 63, 64, 65, 100, 101, 128, 129, 200, 201)),
    *("", "-a", "a-b", "A", "a b", "é", "\x85", "0", "1", "-1", "1.5", "9" * 15, "1" * 17),
    *('"a"', 'W/"a", "b"', "*", "* *", ',"a"', '"a', "kursk:1", "kursk:1,b:2", "kursk", "a:1,"),
)
"""Texts at the bounds of what parameters of paths and headers are, and right behind them."""


def misfits(
    schema: Mapping[str, Any], refuses: Callable[[str], bool], *, of: str = "header"
) -> Iterator[str]:
    """The texts that the program refuses though the schema admits them, or the other way round.
    Part `of` a path is no empty text and none with a slash, a header
    has ASCII alone."""
    for text in _texts(schema, of):
        if refuses(text) == _admits(schema, text):
            yield f"{text!r} is {'refused' if _admits(schema, text) else 'taken'}"


def _texts(schema: Mapping[str, Any], of: str) -> list[str]:
    enum = schema.get("enum", ())
    texts = [*_TEXTS, *enum]
    if of == "header":
        return [text for text in texts if text.isascii()]
    if of == "path":
        return [text for text in texts if text in enum or (text and "/" not in text)]
    return texts


def _admits(schema: Mapping[str, Any], text: str) -> bool:
    if "enum" in schema:
        return text in schema["enum"]
    if schema.get("type") == "integer":
        return text.isdecimal() and int(text) >= schema["minimum"]
    fits = re.search(schema.get("pattern", ""), text) is not None
    return fits and len(text) <= schema.get("maxLength", len(text))


def parameters_of(
    document: Mapping[str, Any], place: str = "query"
) -> Iterator[tuple[str, str, list[Any]]]:
    """Each method and path with the parameters of one place that the document describes."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            told = [p for p in operation.get("parameters", ()) if p["in"] == place]
            yield method.upper(), path, told


class _Trial(NamedTuple):
    """One parameter, given so; whether the document admits that, and what is said if the program
    sees it otherwise."""

    name: str
    values: Sequence[str]
    is_admitted: bool
    sentence: str


def drifts(told: Sequence[Any], names: Mapping[str, str], ask: Ask) -> Iterator[str]:
    """What is not as it is declared, in sentences. `names` are those of every operation, each with
    a value that is valid somewhere."""
    needed = {p["name"]: _right(p)[0] for p in told if p.get("required")}
    known = {p["name"] for p in told}
    others = {name: value for name, value in names.items() if name not in known}
    at_fault = ask([*needed.items(), *others.items()])
    yield from (f"{name} is taken" for name in others if name not in at_fault)
    # A request tries all parameters at once, since the answer names each that is at fault; but what
    # is admitted is tried only beside what is admitted, so that no fault hides another.
    for is_alone, is_admitted in product((False, True), repeat=2):
        trials = [
            [each for each in _trials(parameter) if each.is_admitted == is_admitted]
            for parameter in told
            if (parameter["name"] in _ALONE) == is_alone
        ]
        for beside in zip_longest(*trials):
            yield from _differing([each for each in beside if each is not None], needed, ask)


def _differing(trials: Sequence[_Trial], needed: Mapping[str, str], ask: Ask) -> Iterator[str]:
    tried = {trial.name for trial in trials}
    given = [pair for pair in needed.items() if pair[0] not in tried]
    given += [(trial.name, value) for trial in trials for value in trial.values]
    at_fault = ask(given)
    yield from (each.sentence for each in trials if (each.name in at_fault) == each.is_admitted)


def _trials(parameter: Any) -> Iterator[_Trial]:
    name, most = parameter["name"], parameter["schema"].get("maxItems", 1)
    if parameter.get("required"):
        yield _Trial(name, [], is_admitted=False, sentence=f"{name} is not required")
    for each in _right(parameter):
        yield _Trial(name, [each], is_admitted=True, sentence=f"{name} refuses {each[:40]!r}")
    for each in _wrong(parameter):
        yield _Trial(name, [each], is_admitted=False, sentence=f"{name} takes {each[:40]!r}")
    schema = _one(parameter)
    if "pattern" in schema:
        for text in _texts(schema, "query"):
            is_admitted = _admits(schema, text)
            found = "refused" if is_admitted else "taken"
            yield _Trial(name, [text], is_admitted, f"{name}: {text!r} is {found}")
    often = [_right(parameter)[0]] * most
    more = [*often, often[0]]
    yield _Trial(name, often, is_admitted=True, sentence=f"{name} is refused {most} times")
    yield _Trial(name, more, is_admitted=False, sentence=f"{name} is taken {most + 1} times")


def _one(parameter: Any) -> Any:
    schema = parameter["schema"]
    return schema.get("items", schema)


def _example(parameter: Any) -> str:
    given = parameter.get("example", "x")
    return str(given[0] if isinstance(given, list) else given)


def _right(parameter: Any) -> list[str]:
    """Values at the bounds of what the schema admits."""
    schema = _one(parameter)
    if "enum" in schema:
        return list(schema["enum"])
    if schema.get("type") == "integer":
        return [str(schema["minimum"]), str(schema["maximum"])]
    values = [_example(parameter)]
    is_text = "pattern" not in schema and "format" not in schema and _is_free(parameter)
    if is_text and "maxLength" in schema:
        values += ["x" * schema["maxLength"], "x" * schema["minLength"]]
    return values


def _wrong(parameter: Any) -> list[str]:
    """Values right behind them."""
    schema = _one(parameter)
    if "enum" in schema:
        return [_NO_WORD]
    if schema.get("type") == "integer":
        return [str(schema["minimum"] - 1), str(schema["maximum"] + 1), "1.5", ""]
    values = []
    if "maxLength" in schema:
        values.append("x" * (schema["maxLength"] + 1))
    if schema.get("minLength"):
        values.append("")
    if "pattern" in schema:
        assert not re.search(schema["pattern"], _NO_PATTERN)
        values.append(_NO_PATTERN)
    return values


def _is_free(parameter: Any) -> bool:
    """Whether any text of the right length is valid: it is no date, moment or subject."""
    return parameter["name"] not in {"from", "to", "said_from", "said_to", "subject", "as_of"}


@pytest.fixture(scope="module")
def caller(server: Service) -> Iterator[httpx.Client]:
    with server.client() as client:
        client.put("/v1/timelines/kursk", json={"title": "Kursk"})
        yield client

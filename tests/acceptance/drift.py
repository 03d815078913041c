"""Where the parameters that the program takes differ from those that a document describes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

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
    texts = [*_TEXTS, *schema.get("enum", ())]
    if of == "header":
        texts = [text for text in texts if text.isascii()]
    elif of == "path":
        enum = schema.get("enum", ())
        texts = [text for text in texts if text in enum or (text and "/" not in text)]
    for text in texts:
        if refuses(text) == _admits(schema, text):
            yield f"{text!r} is {'refused' if _admits(schema, text) else 'taken'}"


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


def drifts(told: Sequence[Any], names: Mapping[str, str], ask: Ask) -> Iterator[str]:
    """What is not as it is declared, in sentences. `names` are those of every operation, each with
    a value that is valid somewhere."""
    valid = {p["name"]: _right(p)[0] for p in told}
    needed = [(p["name"], valid[p["name"]]) for p in told if p.get("required")]
    others = {name: value for name, value in names.items() if name not in valid}
    at_fault = ask([*needed, *others.items()])
    yield from (f"{name} is taken" for name in others if name not in at_fault)
    for name, value in valid.items():
        if name in ask([*_beside(name, needed), (name, value)]):
            yield f"{name} is refused"
    for parameter in told:
        name = parameter["name"]
        rest = _beside(name, needed)
        if parameter.get("required") and name not in ask(rest):
            yield f"{name} is not required"
        yield from _bounds(parameter, rest, ask)
        yield from _count(parameter, rest, ask)


def _beside(name: str, needed: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for pair in needed if pair[0] != name]


def _bounds(parameter: Any, rest: Sequence[tuple[str, str]], ask: Ask) -> Iterator[str]:
    name = parameter["name"]
    for value in _right(parameter):
        if name in ask([*rest, (name, value)]):
            yield f"{name} refuses {value[:40]!r}"
    for value in _wrong(parameter):
        if name not in ask([*rest, (name, value)]):
            yield f"{name} takes {value[:40]!r}"
    if "pattern" in _one(parameter):
        texts = misfits(_one(parameter), lambda t: name in ask([*rest, (name, t)]), of="query")
        yield from (f"{name}: {text}" for text in texts)


def _count(parameter: Any, rest: Sequence[tuple[str, str]], ask: Ask) -> Iterator[str]:
    name, most = parameter["name"], parameter["schema"].get("maxItems", 1)
    pair = (name, _right(parameter)[0])
    if name in ask([*rest, *[pair] * most]):
        yield f"{name} is refused {most} times"
    if name not in ask([*rest, *[pair] * (most + 1)]):
        yield f"{name} is taken {most + 1} times"


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

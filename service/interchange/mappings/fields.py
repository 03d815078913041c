"""The parts of a mapping's statement, as a tree like the statement's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple, TypeAlias

from service.interchange.mappings.expression import Expression

__all__ = [
    "DateField",
    "Field",
    "GroupField",
    "ItemsField",
    "NamedTextsField",
    "TextField",
    "TextsField",
    "expressions_in",
]


class TextField(NamedTuple):
    """One text. `is_number`: it is written as a decimal string; `is_link`: as an address; `most`:
    longer texts are cut to this many characters."""

    expression: Expression
    is_number: bool = False
    is_link: bool = False
    most: int | None = None


class DateField(NamedTuple):
    """One date; with an end or a precision it is a span of time."""

    start: Expression | None
    end: Expression | None = None
    precision: Expression | None = None


class TextsField(NamedTuple):
    """A list of texts, from one expression or several."""

    expressions: tuple[Expression, ...]


class GroupField(NamedTuple):
    """An object. It is left out if it has none of `needed`; if none is needed, it is always
    there."""

    members: Mapping[str, Field]
    needed: tuple[str, ...] = ()


class NamedTextsField(NamedTuple):
    """An object of texts: its own members, and those in `columns`, whose cells are JSON objects of
    texts."""

    group: GroupField
    columns: tuple[str, ...]


class ItemsField(NamedTuple):
    """A list of objects: one or more from each group."""

    groups: tuple[GroupField, ...]


Field: TypeAlias = TextField | DateField | TextsField | GroupField | NamedTextsField | ItemsField


def expressions_in(field: Field) -> Iterator[Expression]:
    """Every expression below a field."""
    match field:
        case TextField(expression=expression):
            yield expression
        case DateField():
            yield from (expression for expression in field if expression is not None)
        case TextsField(expressions=expressions):
            yield from expressions
        case GroupField(members=members):
            yield from chain.from_iterable(map(expressions_in, members.values()))
        case NamedTextsField(group=group, columns=columns):
            yield from chain(
                expressions_in(group), (Expression(column=column) for column in columns)
            )
        case ItemsField(groups=groups):
            yield from chain.from_iterable(map(expressions_in, groups))

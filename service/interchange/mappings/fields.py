"""The parts of a mapping's statement, as a tree like the statement's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple, TypeAlias

from service.interchange.mappings.place import MappedPlace

__all__ = [
    "DateField",
    "Field",
    "GroupField",
    "ItemsField",
    "NamedTextsField",
    "TextField",
    "TextsField",
    "places_in",
]


class TextField(NamedTuple):
    """One text. `is_number`: it is written as a decimal string; `is_link`: as an address; `most`:
    longer texts are cut to this many characters."""

    place: MappedPlace
    is_number: bool = False
    is_link: bool = False
    most: int | None = None


class DateField(NamedTuple):
    """One date; with an end or a precision it is a span of time."""

    start: MappedPlace | None
    end: MappedPlace | None = None
    precision: MappedPlace | None = None


class TextsField(NamedTuple):
    """A list of texts, from one place or several."""

    places: tuple[MappedPlace, ...]


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


def places_in(field: Field) -> Iterator[MappedPlace]:
    """Every place below a field."""
    match field:
        case TextField(place=place):
            yield place
        case DateField():
            yield from (place for place in field if place is not None)
        case TextsField(places=places):
            yield from places
        case GroupField(members=members):
            yield from chain.from_iterable(map(places_in, members.values()))
        case NamedTextsField(group=group, columns=columns):
            yield from chain(places_in(group), (MappedPlace(column=column) for column in columns))
        case ItemsField(groups=groups):
            yield from chain.from_iterable(map(places_in, groups))

"""The statement and its parts: what is said, by whom, through whom, when, about when.

`msgspec` holds shapes and lengths; `faults_of` holds what a shape cannot say, and finds every
fault at once. Every field is written out when encoded, so a statement recorded with and without
a default spelled out is the same bytes.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from msgspec import Meta, Struct

from events import dates
from events.errors import DateError, Fault
from events.wording import (
    DECIMAL,
    LANGUAGE,
    LINK,
    SHA256,
    SOURCE_ID,
    SPELLING,
    STATEMENT_ID,
    TAG,
    Wording,
    decimal,
)

__all__ = [
    "Date",
    "Kind",
    "Language",
    "Place",
    "Quantity",
    "Role",
    "Said",
    "Source",
    "SourceId",
    "Spelling",
    "Statement",
    "StatementId",
    "Tag",
    "Text",
    "Via",
    "Words",
    "faults_of",
]

Kind = Literal[
    "report",
    "claim",
    "confirmation",
    "denial",
    "estimate",
    "assessment",
    "agreement",
    "announcement",
    "prediction",
    "appeal",
]
Role = Literal["spokesperson", "agency", "publisher", "official", "analyst"]
Qualifier = Literal["about", "at-least", "at-most", "more-than", "fewer-than", "exactly"]


def _meta(wording: Wording) -> Meta:
    return Meta(
        min_length=1,
        max_length=wording.longest,
        description=wording.rule,
        extra_json_schema=wording.schema,
    )


StatementId = Annotated[str, _meta(STATEMENT_ID)]
SourceId = Annotated[str, _meta(SOURCE_ID)]
Spelling = Annotated[str, _meta(SPELLING)]
Tag = Annotated[str, _meta(TAG)]
Language = Annotated[str, _meta(LANGUAGE)]
Decimal = Annotated[str, _meta(DECIMAL)]
Link = Annotated[str, _meta(LINK)]
Hash = Annotated[str, _meta(SHA256)]
Date = Annotated[str, Meta(min_length=1, max_length=64, description="EDTF, levels 0 to 2")]
Moment = Annotated[str, Meta(min_length=1, max_length=64, description="RFC 3339")]
Text = Annotated[str, Meta(min_length=1, max_length=5_000)]
Words = Annotated[str, Meta(min_length=1, max_length=1_000)]

Several = Meta(max_length=1_000)
"""The length of a list: far more than a statement has, so that one has a weight at most."""


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Via(_Part, frozen=True, kw_only=True):
    """One link of the chain that carried a statement."""

    actor: Spelling
    role: Role
    on: Date | None = None


class Said(_Part, frozen=True, kw_only=True):
    """Who said it, when, and who carried it, nearest the speaker first."""

    by: Spelling
    on: Date | None
    via: Annotated[tuple[Via, ...], Several] = ()


class Place(_Part, frozen=True, kw_only=True):
    """A named place; WGS 84 degrees where they are known."""

    name: Words
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None


class Quantity(_Part, frozen=True, kw_only=True):
    """A count as it was stated: low ≤ best ≤ high, at least one of them; never a midpoint."""

    what: Words
    low: Decimal | None = None
    best: Decimal | None = None
    high: Decimal | None = None
    unit: Words
    qualifier: Qualifier | None = None


class Source(_Part, frozen=True, kw_only=True):
    """A piece of evidence."""

    id: SourceId
    title: Words
    publisher: Words | None = None
    url: Link | None = None
    published: Date | None = None
    quote: Text | None = None
    locator: Words | None = None
    archive_url: Link | None = None
    sha256: Hash | None = None
    retrieved_at: Moment | None = None


class Statement(_Part, frozen=True, kw_only=True):
    """One claim on a timeline. `id` is null only before it is recorded."""

    id: StatementId | None = None
    kind: Kind
    text: Text
    language: Language = "en"
    said: Said
    occurred: Date | None = None
    about: Annotated[tuple[Spelling, ...], Several] = ()
    places: Annotated[tuple[Place, ...], Several] = ()
    quantities: Annotated[tuple[Quantity, ...], Several] = ()
    sources: Annotated[tuple[Source, ...], Several] = ()
    tags: Annotated[tuple[Tag, ...], Meta(max_length=32)] = ()


def faults_of(statement: Statement, at: str = "") -> list[Fault]:
    """Everything that is wrong in a well-shaped statement; `at` is the pointer to it.

    Hardly any statement has a fault, so pointers to fields are put together for faults alone.
    """
    faults: list[Fault] = []
    _words(faults, at, "/id", statement.id, STATEMENT_ID)
    _no_nul(faults, at, "/text", statement.text)
    _words(faults, at, "/language", statement.language, LANGUAGE)
    _date(faults, at, "/occurred", statement.occurred)
    _said(faults, f"{at}/said", statement.said)
    _each(faults, f"{at}/about", statement.about, SPELLING)
    for i, place in enumerate(statement.places):
        _no_nul(faults, f"{at}/places/{i}", "/name", place.name)
    for i, quantity in enumerate(statement.quantities):
        _quantity(faults, f"{at}/quantities/{i}", quantity)
    for i, source in enumerate(statement.sources):
        _source(faults, f"{at}/sources/{i}", source)
    _each(faults, f"{at}/tags", statement.tags, TAG)
    return faults


def _said(faults: list[Fault], at: str, said: Said) -> None:
    _words(faults, at, "/by", said.by, SPELLING)
    _date(faults, at, "/on", said.on)
    for i, via in enumerate(said.via):
        if not SPELLING.admits(via.actor):
            faults.append(Fault(f"{at}/via/{i}/actor", SPELLING.rule))
        _date(faults, f"{at}/via/{i}", "/on", via.on)


def _quantity(faults: list[Fault], at: str, quantity: Quantity) -> None:
    _no_nul(faults, at, "/what", quantity.what)
    _no_nul(faults, at, "/unit", quantity.unit)
    bounds = (("low", quantity.low), ("best", quantity.best), ("high", quantity.high))
    given = [(name, value) for name, value in bounds if value is not None]
    if not given:
        faults.append(Fault(at, "A quantity needs at least one of low, best and high."))
    wrong = [name for name, value in given if not DECIMAL.admits(value)]
    faults += [Fault(f"{at}/{name}", DECIMAL.rule) for name in wrong]
    if wrong:
        return
    for (lower, a), (upper, b) in pairwise(given):
        if decimal(a) > decimal(b):
            faults.append(Fault(f"{at}/{lower}", f"{lower} {a} is above {upper} {b}."))


def _source(faults: list[Fault], at: str, source: Source) -> None:
    _words(faults, at, "/id", source.id, SOURCE_ID)
    _no_nul(faults, at, "/title", source.title)
    _no_nul(faults, at, "/publisher", source.publisher)
    _no_nul(faults, at, "/quote", source.quote)
    _no_nul(faults, at, "/locator", source.locator)
    _words(faults, at, "/url", source.url, LINK)
    _words(faults, at, "/archive_url", source.archive_url, LINK)
    _words(faults, at, "/sha256", source.sha256, SHA256)
    _date(faults, at, "/published", source.published)
    if source.retrieved_at is not None:
        try:
            dates.parse_rfc3339(source.retrieved_at)
        except DateError as error:
            faults.append(Fault(f"{at}/retrieved_at", error.message, error.column))


def _each(faults: list[Fault], at: str, texts: tuple[str, ...], wording: Wording) -> None:
    for i, text in enumerate(texts):
        if not wording.admits(text):
            faults.append(Fault(f"{at}/{i}", wording.rule))


def _words(faults: list[Fault], at: str, name: str, text: str | None, wording: Wording) -> None:
    if text is not None and not wording.admits(text):
        faults.append(Fault(at + name, wording.rule))


def _date(faults: list[Fault], at: str, name: str, text: str | None) -> None:
    if text is not None:
        try:
            dates.parse(text)
        except DateError as error:
            faults.append(Fault(at + name, error.message, error.column))


def _no_nul(faults: list[Fault], at: str, name: str, text: str | None) -> None:
    if text is not None and "\0" in text:
        faults.append(Fault(at + name, "The character U+0000 is not allowed."))

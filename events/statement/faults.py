"""What is wrong with a statement by the rules that a JSON shape cannot express."""

from __future__ import annotations

from itertools import pairwise

from events.edtf import dates
from events.errors import DateError, Fault
from events.statement.statement import Origin, Place, Quantity, Rating, Said, Source, Statement
from events.statement.validation import escape
from events.statement.wording import (
    DECIMAL,
    LANGUAGE,
    LINK,
    NAME,
    PROSE,
    ROLE,
    SHA256,
    SOURCE_ID,
    SPELLING,
    STATEMENT_ID,
    TAG,
    Wording,
    decimal,
)

__all__ = ["date_faults", "faults_of", "source_faults"]


def faults_of(statement: Statement, at: str = "") -> list[Fault]:
    """All faults of a statement whose shape is valid; `at` is the pointer to the statement.

    Few statements have a fault, so pointers to fields are made only when there is one.
    """
    faults: list[Fault] = []
    _words(faults, at, "/id", statement.id, STATEMENT_ID)
    _words(faults, at, "/text", statement.text, PROSE)
    _words(faults, at, "/language", statement.language, LANGUAGE)
    _date(faults, at, "/occurred", statement.occurred)
    _said(faults, f"{at}/said", statement.said)
    for i, about in enumerate(statement.about):
        if not SPELLING.admits(about.actor):
            faults.append(SPELLING.fault(f"{at}/about/{i}/actor", about.actor))
        if about.role is not None:
            _words(faults, at, f"/about/{i}/role", about.role, ROLE)
    _lists(faults, at, statement)
    if statement.rating is not None:
        _rating(faults, f"{at}/rating", statement.rating)
    if statement.origin is not None:
        _origin(faults, f"{at}/origin", statement.origin)
    for name, text in statement.extra.items():
        _extra(faults, f"{at}/extra", name, text)
    return faults


def _lists(faults: list[Fault], at: str, statement: Statement) -> None:
    for i, place in enumerate(statement.places):
        _place(faults, f"{at}/places/{i}", place)
    for i, quantity in enumerate(statement.quantities):
        _quantity(faults, f"{at}/quantities/{i}", quantity)
    for i, source in enumerate(statement.sources):
        _source(faults, f"{at}/sources/{i}", source)
    for i, tag in enumerate(statement.tags):
        if not TAG.admits(tag):
            faults.append(TAG.fault(f"{at}/tags/{i}", tag))


def _said(faults: list[Fault], at: str, said: Said) -> None:
    _words(faults, at, "/by", said.by, SPELLING)
    for i, name in enumerate(said.with_):
        _words(faults, at, f"/with/{i}", name, SPELLING)
    _date(faults, at, "/on", said.on)
    for i, via in enumerate(said.via):
        _words(faults, f"{at}/via/{i}", "/actor", via.actor, SPELLING)
        _date(faults, f"{at}/via/{i}", "/on", via.on)


def _place(faults: list[Fault], at: str, place: Place) -> None:
    _words(faults, at, "/name", place.name, NAME)
    if (place.latitude is None) != (place.longitude is None):
        missing = "latitude" if place.latitude is None else "longitude"
        both = "A place has both latitude and longitude, or neither"
        faults.append(Fault(f"{at}/{missing}", f"{both}; its {missing} is missing."))


def _quantity(faults: list[Fault], at: str, quantity: Quantity) -> None:
    _words(faults, at, "/what", quantity.what, NAME)
    _words(faults, at, "/unit", quantity.unit, NAME)
    bounds = {"low": quantity.low, "best": quantity.best, "high": quantity.high}
    given = [(name, value) for name, value in bounds.items() if value is not None]
    if not given:
        faults.append(Fault(at, "A quantity needs at least one of low, best and high."))
    if wrong := [(name, value) for name, value in given if not DECIMAL.admits(value)]:
        faults += [DECIMAL.fault(f"{at}/{name}", value) for name, value in wrong]
        return
    for (lower, a), (upper, b) in pairwise(given):
        if decimal(a) > decimal(b):
            faults.append(Fault(f"{at}/{lower}", f"{lower} {a} is above {upper} {b}."))


def _rating(faults: list[Fault], at: str, rating: Rating) -> None:
    _words(faults, at, "/label", rating.label, NAME)
    _words(faults, at, "/value", rating.value, DECIMAL)
    _words(faults, at, "/best", rating.best, DECIMAL)
    _words(faults, at, "/worst", rating.worst, DECIMAL)


def _origin(faults: list[Fault], at: str, origin: Origin) -> None:
    _words(faults, at, "/dataset", origin.dataset, NAME)
    _words(faults, at, "/id", origin.id, PROSE)
    _words(faults, at, "/url", origin.url, LINK)
    _words(faults, at, "/sha256", origin.sha256, SHA256)


def _extra(faults: list[Fault], at: str, name: str, text: str) -> None:
    """Check a column's name, which must be readable; its text may be empty or white space."""
    _words(faults, at, f"/{escape(name)}", name, PROSE)
    if "\0" in text:
        _words(faults, at, f"/{escape(name)}", text, PROSE)


def date_faults(at: str, text: str | None) -> list[Fault]:
    """The faults of a date outside a statement."""
    faults: list[Fault] = []
    _date(faults, at, "", text)
    return faults


def source_faults(at: str, source: Source | None) -> list[Fault]:
    """The faults of a source outside a statement."""
    faults: list[Fault] = []
    if source is not None:
        _source(faults, at, source)
    return faults


def _source(faults: list[Fault], at: str, source: Source) -> None:
    _words(faults, at, "/id", source.id, SOURCE_ID)
    _words(faults, at, "/title", source.title, NAME)
    _words(faults, at, "/publisher", source.publisher, NAME)
    _words(faults, at, "/quote", source.quote, PROSE)
    _words(faults, at, "/locator", source.locator, PROSE)
    _words(faults, at, "/url", source.url, LINK)
    _words(faults, at, "/archive_url", source.archive_url, LINK)
    _words(faults, at, "/sha256", source.sha256, SHA256)
    _date(faults, at, "/published", source.published)
    if source.retrieved_at is not None:
        try:
            dates.parse_rfc3339(source.retrieved_at)
        except DateError as error:
            faults.append(Fault(f"{at}/retrieved_at", error.message, error.column))


def _words(faults: list[Fault], at: str, name: str, text: str | None, wording: Wording) -> None:
    if text is not None and not wording.admits(text):
        faults.append(wording.fault(at + name, text))


def _date(faults: list[Fault], at: str, name: str, text: str | None) -> None:
    if text is not None:
        try:
            dates.parse(text)
        except DateError as error:
            faults.append(Fault(at + name, error.message, error.column))

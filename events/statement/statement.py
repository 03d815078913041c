"""The statement and its parts: what is said, by whom, through whom, when, about when.

`msgspec` checks shapes and lengths; `events.statement.faults` checks the rest. Every field is
encoded, so a default that was written out and one that was left out give the same bytes. So do two
ways to write the same: an actor as bare text or as an object, a tag in another case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta, Struct
from msgspec.structs import force_setattr

from events.edtf import dates
from events.statement.letters import folded_tag
from events.statement.wording import (
    DECIMAL,
    LANGUAGE,
    LINK,
    NAME,
    ROLE,
    SHA256,
    SOURCE_ID,
    SPELLING,
    STATEMENT_ID,
    TAG,
)

__all__ = [
    "AboutActor",
    "DateText",
    "Hash",
    "Kind",
    "Language",
    "MomentText",
    "Name",
    "Origin",
    "Place",
    "Quantity",
    "Rating",
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


StatementId = Annotated[str, STATEMENT_ID.meta]
SourceId = Annotated[str, SOURCE_ID.meta]
Spelling = Annotated[str, SPELLING.meta]
Tag = Annotated[str, TAG.meta]
AboutRole = Annotated[str, ROLE.meta]
Language = Annotated[str, LANGUAGE.meta]
Decimal = Annotated[str, DECIMAL.meta]
Link = Annotated[str, LINK.meta]
Hash = Annotated[str, SHA256.meta]

# Lengths of dates are checked where dates are read, since that gives a column and advice.
_LENGTH: dict[str, Any] = {"minLength": 1, "maxLength": dates.MOST_CHARACTERS}
DateText = Annotated[str, Meta(description="EDTF, levels 0 to 2", extra_json_schema=_LENGTH)]
MomentText = Annotated[str, Meta(description="RFC 3339", extra_json_schema=_LENGTH)]
Name = Annotated[str, NAME.meta]
Text = Annotated[str, Meta(min_length=1, max_length=5_000)]
Words = Annotated[str, Meta(min_length=1, max_length=1_000)]

Several = Meta(max_length=1_000)
"""The most items of a list: far more than statements have, but it bounds their size."""


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Via(_Part, frozen=True, kw_only=True):
    """One link of the chain that carried a statement."""

    actor: Spelling
    role: Role
    on: DateText | None = None


class Said(_Part, frozen=True, kw_only=True, rename={"with_": "with"}):
    """Who said it, when, and who carried it, nearest the speaker first. `by` is null if nobody
    knows; `with` are those who said it together with `by`."""

    by: Spelling | None
    with_: Annotated[tuple[Spelling, ...], Meta(max_length=64)] = ()
    on: DateText | None
    via: Annotated[tuple[Via, ...], Several] = ()


class AboutActor(_Part, frozen=True, kw_only=True):
    """An actor whom a statement is about, and in which role, such as `target` or `victim`."""

    actor: Spelling
    role: AboutRole | None = None


class Place(_Part, frozen=True, kw_only=True):
    """A named place, with both WGS 84 degrees if they are known."""

    name: Name
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None


class Quantity(_Part, frozen=True, kw_only=True):
    """A count as it was stated: low ≤ best ≤ high, at least one of them; never a midpoint."""

    what: Name
    low: Decimal | None = None
    best: Decimal | None = None
    high: Decimal | None = None
    unit: Name
    qualifier: Qualifier | None = None


class Source(_Part, frozen=True, kw_only=True):
    """A piece of evidence."""

    id: SourceId
    title: Name
    publisher: Name | None = None
    url: Link | None = None
    published: DateText | None = None
    quote: Text | None = None
    locator: Words | None = None
    archive_url: Link | None = None
    sha256: Hash | None = None
    retrieved_at: MomentText | None = None


class Rating(_Part, frozen=True, kw_only=True):
    """A fact-check's verdict on its own scale, from `worst` to `best`."""

    label: Name
    value: Decimal | None = None
    best: Decimal | None = None
    worst: Decimal | None = None


class Origin(_Part, frozen=True, kw_only=True):
    """The record that a statement was made from: `id` is the record's own in that dataset."""

    dataset: Name | None = None
    id: Words | None = None
    url: Link | None = None
    sha256: Hash | None = None


if TYPE_CHECKING:
    _Named = AboutActor
else:
    _Named = (
        AboutActor | Spelling
    )  # the forms that may be written; a constructed statement holds only AboutActor

ExtraKey = Annotated[str, Meta(min_length=1, max_length=64)]
ExtraText = Annotated[str, Meta(max_length=2_000)]


class Statement(_Part, frozen=True, kw_only=True):
    """One claim on a timeline. `id` is null only before it is recorded. `extra` are further columns
    of the record that it was made from, as text."""

    id: StatementId | None = None
    kind: Kind
    text: Text
    language: Language = "en"
    said: Said
    occurred: DateText | None = None
    about: Annotated[tuple[_Named, ...], Several] = ()
    places: Annotated[tuple[Place, ...], Several] = ()
    quantities: Annotated[tuple[Quantity, ...], Several] = ()
    sources: Annotated[tuple[Source, ...], Several] = ()
    rating: Rating | None = None
    tags: Annotated[tuple[Tag, ...], Meta(max_length=64)] = ()
    origin: Origin | None = None
    extra: Annotated[dict[ExtraKey, ExtraText], Meta(max_length=64)] = {}

    def __post_init__(self) -> None:
        """Convert what may be written in several ways to one form."""
        if str in map(type, self.about):
            force_setattr(self, "about", tuple(map(_about, self.about)))
        if self.tags:
            force_setattr(self, "tags", tuple(map(folded_tag, self.tags)))
        if self.origin is not None and self.origin == _NO_ORIGIN:
            force_setattr(self, "origin", None)


_NO_ORIGIN = Origin()


def _about(given: AboutActor | str) -> AboutActor:
    return AboutActor(actor=given) if isinstance(given, str) else given

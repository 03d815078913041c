"""The rules for strings: names, ids, tags, numbers, links, prose. Each rule is written once: the
checks and the documentation use the same one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from msgspec import Meta

from events.errors import Fault
from events.statement.invisible import PLAIN_NAME, ForbiddenCharacter, forbidden_in, is_blank
from events.statement.letters import LONGEST_ID, LONGEST_TAG, is_actor_id, is_tag

__all__ = [
    "ACTOR_ID",
    "DECIMAL",
    "LANGUAGE",
    "LINK",
    "NAME",
    "PROSE",
    "ROLE",
    "SHA256",
    "SOURCE_ID",
    "SPELLING",
    "STATEMENT_ID",
    "TAG",
    "TIMELINE",
    "TIMELINE_PATTERN",
    "Wording",
    "decimal",
    "spelling_key",
]


class Wording(NamedTuple):
    """One rule: which texts it accepts, up to which length, in words and as JSON Schema. `odd`
    finds the first character that no such text contains."""

    rule: str
    longest: int
    admits: Callable[[str], bool]
    schema: dict[str, Any]
    odd: Callable[[str], ForbiddenCharacter | None] = forbidden_in

    @property
    def meta(self) -> Meta:
        """The rule, as far as the type of a string can hold it."""
        return Meta(
            min_length=1,
            max_length=self.longest,
            description=self.rule,
            extra_json_schema=self.schema,
        )

    def fault(self, path: str, text: str) -> Fault:
        """The fault of a `text` at `path` that the rule refuses. It names an invisible character by
        code point and place; otherwise it states the rule."""
        odd = self.odd(text)
        return Fault(path, odd.message, odd.column) if odd else Fault(path, self.rule)


def _pattern(rule: str, longest: int, pattern: str) -> Wording:
    whole = re.compile(rf"(?=.{{1,{longest}}}\Z)(?:{pattern})").fullmatch
    return Wording(
        rule, longest, lambda text: whole(text) is not None, {"pattern": f"^(?:{pattern})$"}
    )


_SEEN = "without control characters and others that cannot be seen, with one space between words."


def _is_name(text: str, longest: int) -> bool:
    return 1 <= len(text) <= longest and forbidden_in(text) is None


def _name(what: str, longest: int) -> Wording:
    plain = re.compile(rf"(?=.{{1,{longest}}}\Z){PLAIN_NAME}").fullmatch
    return Wording(
        f"{what} is 1 to {longest:,} characters, {_SEEN}",
        longest,
        lambda text: plain(text) is not None or _is_name(text, longest),
        {"pattern": r"^[^\u0000-\u001f\u007f-\u009f]+$"},
    )


def _is_prose(text: str) -> bool:
    return "\0" not in text and not is_blank(text)


def _null_in(text: str) -> ForbiddenCharacter | None:
    column = text.find("\0") + 1
    return (
        ForbiddenCharacter(column, f"U+0000 at character {column} is not allowed.")
        if column
        else None
    )


# Most links match this; all others are parsed.
_PLAIN_HOST = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_plain_link = re.compile(rf"https?://{_PLAIN_HOST}(?:[/?#][A-Za-z0-9/?#.,_~%&=+@:;!-]*)?").fullmatch


def _is_link(text: str) -> bool:
    if _plain_link(text) is not None:
        return True
    if not text.isprintable() or forbidden_in(text) or any(c in text for c in ' <>"{}|\\^`'):
        return False
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def decimal(text: str) -> Decimal:
    """The exact value of a decimal string that `DECIMAL` accepts."""
    return Decimal(text)


def spelling_key(spelling: str) -> str:
    """The form in which spellings are compared: NFC without case (Unicode 15, D145). Dotted and
    dotless i count as equal, because a text does not say of which of them an I is the capital."""
    folded = unicodedata.normalize("NFD", spelling).casefold()
    plain = folded.replace("\u0131", "i").replace("i\u0307", "i")
    return unicodedata.normalize("NFC", plain)


# RFC 5646, 2.1: the grammar, without its rule in words that no variant and no singleton occurs
# twice. The irregular tags are written out.
_PRIVATE = "[xX](?:-[A-Za-z0-9]{1,8})+"
_IRREGULAR = (
    "en-GB-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn "
    "i-tao i-tay i-tsu sgn-BE-FR sgn-BE-NL sgn-CH-DE"
)
_ANY_CASE = "".join(f"[{c.lower()}{c.upper()}]" if c.isalpha() else c for c in _IRREGULAR)
_LANGUAGE = (
    "(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})"
    "(?:-[A-Za-z]{4})?"
    "(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    "(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
    "(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"
    f"(?:-{_PRIVATE})?|{_PRIVATE}|{_ANY_CASE.replace(' ', '|')}"
)
_language = re.compile(rf"(?=.{{1,35}}\Z)(?:{_LANGUAGE})").fullmatch
_plain_language = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z]{2})?").fullmatch


def _is_language(text: str) -> bool:
    return _plain_language(text) is not None or (
        _language(text) is not None and not _repeats(text.lower())
    )


def _repeats(tag: str) -> bool:
    """Whether a well-formed tag repeats a variant or a singleton. Subtags after `x` are private and
    not checked; subtags after another singleton are not variants."""
    parts = f"-{tag}-x-".partition("-x-")[0].split("-")[1:]
    alone = [n for n, part in enumerate(parts) if len(part) == 1] or [len(parts)]
    singletons = [parts[n] for n in alone if n < len(parts)]
    variants = [p for p in parts[1 : alone[0]] if len(p) >= 5 or (len(p) == 4 and p[0].isdigit())]
    return any(len(set(some)) < len(some) for some in (singletons, variants))


_decimal = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?").fullmatch


def _is_decimal(text: str) -> bool:
    return _decimal(text) is not None and len(text) - ("-" in text) - ("." in text) <= 30


TIMELINE_PATTERN = "[a-z0-9][a-z0-9-]{0,62}"
TIMELINE = _pattern(
    "A timeline's name is 1 to 63 of a-z, 0-9 and '-', not beginning with '-'.",
    63,
    TIMELINE_PATTERN,
)
STATEMENT_ID = _pattern(
    "An id is 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-', beginning with a letter or a digit.",
    64,
    "[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
)
# These two patterns allow everything beyond ASCII, because JSON Schema has no class of letters.
TAG = Wording(
    f"A tag is 1 to {LONGEST_TAG} letters, marks and digits of any script, or '-'.",
    LONGEST_TAG,
    is_tag,
    {"pattern": r"^[^\u0000-,./:-@[-`{-\u00a9]+$"},
)
ROLE = _pattern("A role is 1 to 40 of a-z, 0-9 and '-'.", 40, "[a-z0-9-]{1,40}")
LANGUAGE = Wording(
    "A language is a BCP 47 tag, such as en, uk or ko-KR.",
    35,
    _is_language,
    {"pattern": f"^(?:{_LANGUAGE})$"},
)
SHA256 = _pattern("A SHA-256 is 64 hexadecimal digits.", 64, "[0-9a-fA-F]{64}")
DECIMAL = Wording(
    "A number is a decimal string of up to 30 digits, such as 11000, -3 or 0.25.",
    32,
    _is_decimal,
    {"pattern": r"^-?[0-9]{1,30}(?:\.[0-9]{1,30})?$"},
)
LINK = Wording(
    "A link is an http or https address of up to 2,000 characters.",
    2_000,
    _is_link,
    {"format": "uri", "pattern": "^[hH][tT][tT][pP][sS]?://"},
)
SPELLING = _name("A spelling", 200)
NAME = _name("A name", 1_000)
ACTOR_ID = Wording(
    f"An actor's id is 1 to {LONGEST_ID} letters of any script, digits 0-9, '.', '_' and '-', "
    "beginning with a letter or a digit.",
    LONGEST_ID,
    is_actor_id,
    {"pattern": r"^[^\u0000-/:-@[-`{-\u00a9][^\u0000-,/:-@[-^`{-\u00a9]*$"},
)
SOURCE_ID = Wording(
    f"A source's id is 1 to 100 characters other than '/', {_SEEN}",
    100,
    lambda text: "/" not in text and _is_name(text, 100),
    {"pattern": r"^[^/\u0000-\u001f\u007f-\u009f]+$"},
)
PROSE = Wording(
    "There is nothing to read in it: write what is meant, or leave it out where it may be missing.",
    5_000,
    _is_prose,
    {},
    _null_in,
)

"""The rules for short strings: names, ids, tags, numbers, links. A rule is written once and is
both what is checked and what the documentation shows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit

__all__ = [
    "DECIMAL",
    "LANGUAGE",
    "LINK",
    "SHA256",
    "SOURCE_ID",
    "SPELLING",
    "STATEMENT_ID",
    "TAG",
    "TIMELINE",
    "Wording",
    "decimal",
    "spelling_key",
]


class Wording(NamedTuple):
    """One rule: what it admits, how long at most, in words, and as JSON Schema."""

    rule: str
    longest: int
    admits: Callable[[str], bool]
    schema: dict[str, Any]


def _pattern(rule: str, longest: int, pattern: str) -> Wording:
    whole = re.compile(rf"(?=.{{1,{longest}}}\Z)(?:{pattern})").fullmatch
    return Wording(
        rule, longest, lambda text: whole(text) is not None, {"pattern": f"^(?:{pattern})$"}
    )


# White space, `/`, the categories Cc and Cs; white space within is no harm.
_INNER = r"[^/\x00-\x1f\x7f-\x9f\ud800-\udfff]"
_OUTER = rf"(?!\s){_INNER}"
_spelling = re.compile(rf"{_OUTER}(?:{_INNER}{{0,98}}{_OUTER})?").fullmatch

# What most links are; all others are taken apart.
_PLAIN_HOST = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_plain_link = re.compile(rf"https?://{_PLAIN_HOST}(?:[/?#][A-Za-z0-9/?#.,_~%&=+@:;!-]*)?").fullmatch


def _is_spelling(text: str) -> bool:
    return _spelling(text) is not None


def _is_link(text: str) -> bool:
    if _plain_link(text) is not None:
        return True
    if not text.isprintable() or any(c in text for c in ' <>"{}|\\^`'):
        return False
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def decimal(text: str) -> Decimal:
    """A decimal string that `DECIMAL` admits, exactly; comparing two loses nothing."""
    return Decimal(text)


def spelling_key(spelling: str) -> str:
    """What two spellings are compared by: NFC without case (Unicode 15, D145)."""
    folded = unicodedata.normalize("NFD", spelling).casefold()
    return unicodedata.normalize("NFC", folded)


# RFC 5646, 2.1: the grammar but for what it says in words, that no variant and no singleton is
# there twice. The tags without a rule (irregular) are written out.
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
    """Whether a well-formed tag has a variant or a singleton twice. What stands behind `x` is
    nobody's, and what stands behind another singleton is no variant."""
    parts = f"-{tag}-x-".partition("-x-")[0].split("-")[1:]
    alone = [n for n, part in enumerate(parts) if len(part) == 1] or [len(parts)]
    singletons = [parts[n] for n in alone if n < len(parts)]
    variants = [p for p in parts[1 : alone[0]] if len(p) >= 5 or (len(p) == 4 and p[0].isdigit())]
    return any(len(set(some)) < len(some) for some in (singletons, variants))


_decimal = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?").fullmatch


def _is_decimal(text: str) -> bool:
    return _decimal(text) is not None and len(text) - ("-" in text) - ("." in text) <= 30


_SPELLING_RULE = "1 to 100 characters without '/', control characters or white space at its ends."

TIMELINE = _pattern(
    "A timeline's name is 1 to 63 of a-z, 0-9 and '-', not beginning with '-'.",
    63,
    "[a-z0-9][a-z0-9-]{0,62}",
)
STATEMENT_ID = _pattern(
    "An id is 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-', beginning with a letter or a digit.",
    64,
    "[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
)
TAG = _pattern("A tag is 1 to 40 of a-z, 0-9 and '-'.", 40, "[a-z0-9-]{1,40}")
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
SPELLING = Wording(
    f"A spelling is {_SPELLING_RULE}",
    100,
    _is_spelling,
    {"pattern": r"^[^/\u0000-\u001f\u007f-\u009f]+$"},
)
SOURCE_ID = Wording(
    f"A source's id is {_SPELLING_RULE}",
    100,
    _is_spelling,
    {"pattern": r"^[^/\u0000-\u001f\u007f-\u009f]+$"},
)

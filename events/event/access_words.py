"""The words of access: roles, names of keys, to whom something is granted, and on which timelines.

A grant is to `everyone`, to `key:<name>`, to `person:<address>` or to `group:<name>`, on one
timeline or on all that begin with a prefix, which is written with a final `*`.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from events.statement.invisible import forbidden_in
from events.statement.wording import TIMELINE_PATTERN, Wording

__all__ = [
    "GRANTEE",
    "KEY_NAME",
    "PERSON",
    "TIMELINES",
    "AccessRole",
    "GrantedTimelines",
    "Grantee",
    "KeyName",
    "grantee_of",
]

AccessRole = Literal["reader", "contributor", "writer", "editor", "admin", "operator"]

_KEY_NAME: Final = "[a-z0-9][a-z0-9._-]{0,62}"
_PERSON: Final = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+"
_LONGEST: Final = 254
_GROUP: Final = 200
_UNNAMED: Final = "anonymous"

_key_name = re.compile(_KEY_NAME).fullmatch
_person = re.compile(_PERSON).fullmatch
_timelines = re.compile(rf"\*|{TIMELINE_PATTERN}\*?").fullmatch


def _is_grantee(text: str) -> bool:
    kind, _, name = text.partition(":")
    match kind:
        case "key":
            return KEY_NAME.admits(name)
        case "person":
            return PERSON.admits(name)
        case "group":
            return 1 <= len(name) <= _GROUP and forbidden_in(name) is None
        case _:
            return text == "everyone"


KEY_NAME: Final = Wording(
    "A key's name is 1 to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or a digit; "
    f"{_UNNAMED!r} is not allowed, as it means nobody in particular.",
    63,
    lambda text: _key_name(text) is not None and text != _UNNAMED,
    {"pattern": f"^{_KEY_NAME}$"},
)
PERSON: Final = Wording(
    "A person is named by an address such as ann@example.org, in ASCII.",
    _LONGEST,
    lambda text: len(text) <= _LONGEST and _person(text) is not None,
    {"pattern": f"^{_PERSON}$"},
)
GRANTEE: Final = Wording(
    "A grant is to 'everyone', 'key:NAME', 'person:ADDRESS' or 'group:NAME'.",
    len("person:") + _LONGEST,
    _is_grantee,
    {"pattern": "^(?:everyone|key:.+|person:.+|group:.+)$"},
)
TIMELINES: Final = Wording(
    "A grant is on a timeline's name, on a prefix followed by '*', or on '*'.",
    64,
    lambda text: _timelines(text) is not None,
    {"pattern": rf"^(?:\*|{TIMELINE_PATTERN}\*?)$"},
)


KeyName = Annotated[str, KEY_NAME.meta]
Grantee = Annotated[str, GRANTEE.meta]
GrantedTimelines = Annotated[str, TIMELINES.meta]


def grantee_of(text: str) -> str:
    """The grantee as it is kept: a person's address counts in lower case."""
    return text.lower() if text.startswith("person:") else text

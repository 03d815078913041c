"""Turns pasted addresses into valid links."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from service.interchange.mappings.operations.cleaning import without_formats

__all__ = ["written_link"]

_WRONG: Final = re.compile(r'[ <>"{}|\\^`]')
_BEGUN: Final = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_ANOTHER: Final = re.compile(r"[\s,;|]https?://", re.IGNORECASE)
_REMARK: Final = re.compile(r"\s[(\[][^()\[\]]*[)\]]$")


def written_link(text: str) -> str:
    """The address with characters that no link may have encoded as in a browser, a space as `%20`,
    and without invisible ones. Anything else (no address, several, or one followed by a remark in
    brackets) is returned unchanged, so that the rule for links refuses it."""
    if _BEGUN.match(seen := without_formats(text)):
        text = seen
    if not _WRONG.search(text) or not _BEGUN.match(text):
        return text
    if _ANOTHER.search(text) or _REMARK.search(text):
        return text
    return _WRONG.sub(lambda found: quote(found[0]), text)

"""The text of a piece of HTML, in linear time."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

__all__ = ["text_of_html"]

_MARKUP: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]*)|<!--|<[!?]")
_LIMIT: Final = re.compile(r"[>\"']")
_PARAGRAPHS: Final = {
    *("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"),
    *("section", "article", "header", "footer", "figure"),
}
_LINES: Final = {"br", "li", "tr", "dt", "dd", "hr"}
_CELLS: Final = {"td", "th"}
_UNSEEN: Final = {"script", "style", "template", "noscript"}


def text_of_html(text: str) -> str:
    """The text without tags, comments, scripts and styles, with its entities resolved. Paragraphs
    are separated by a blank line. Anything that is not markup stays, such as `a < b`."""
    if "<" not in text and "&" not in text:
        return text
    plain = html.unescape("".join(_parts(text)))
    lines = (" ".join(line.split()) for line in plain.split("\n"))
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip()


def _parts(text: str) -> Iterator[str]:
    ends = _Ends(text)
    at = 0
    while found := _MARKUP.search(text, at):
        end = ends.of(found)
        if end is None:
            break
        yield text[at : found.start()]
        name = (found[1] or "").lower()
        yield _gap(name)
        at = end
        if name in _UNSEEN and not found[0].startswith("</"):
            at = ends.after_element(name, end)
    yield text[at:]


def _gap(name: str) -> str:
    if name in _PARAGRAPHS:
        return "\n\n"
    return "\n" if name in _LINES else " " if name in _CELLS else ""


class _Ends:
    """The ends of pieces of markup. An end that was not found once is not looked for again, so that
    a text of unfinished tags takes no longer than another one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._missing: set[str] = set()

    def of(self, begun: re.Match[str]) -> int | None:
        """The place after the comment or tag that begins there; None if it does not end."""
        if begun[0] == "<!--":
            return self._behind("-->", begun.end())
        at = begun.end()
        while limit := _LIMIT.search(self._text, at):
            if limit[0] == ">":
                return limit.end()
            closed = self._behind(limit[0], limit.end())
            at = limit.end() if closed is None else closed
        return None

    def after_element(self, name: str, at: int) -> int:
        """The place after the element that begins at `at`, or the end of the text."""
        closed = re.compile(f"</{name}", re.IGNORECASE).search(self._text, at)
        return closed.start() if closed else len(self._text)

    def _behind(self, sign: str, at: int) -> int | None:
        if sign in self._missing:
            return None
        found = self._text.find(sign, at)
        if found < 0:
            self._missing.add(sign)
            return None
        return found + len(sign)

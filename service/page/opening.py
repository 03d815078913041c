"""The content of a document before its script runs: the title of the timeline, or that there is no
page.

Because the title is in place, nothing moves when the script arrives, and programs that show a link
to the page can show its title. The first statements are requested together with the script, not
after it.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final
from urllib.parse import quote

from projections.answers.timeline import Timeline
from service.page.assets import document

__all__ = [
    "closed_document",
    "missing_document",
    "sign_in_document",
    "timeline_document",
    "under_root_path",
    "with_classes",
]

_FIRST: Final = "/v1/timelines/{}/statements?order=occurred&count=true&limit=50"
"""The first request of the page's script if the address has no filter. It is the same text as in
`state/record.js`, so that the browser uses one answer for both."""
_LONG_TITLE: Final = 60
"""The characters of a title above which its letters are smaller if there is little room."""
_FEEDS: Final = (
    ("feed.atom", "application/atom+xml", "Atom"),
    ("feed.json", "application/feed+json", "JSON Feed"),
)
"""The feeds of a timeline, which feed readers find in the head of its page."""
_ISSUER: Final = re.compile(r'<p id="with-issuer".*</p>\n')
_ADDRESS: Final = re.compile(r' (?:href|src)="(?=/)')
_NEARLY: Final = re.compile(r"(/(?:t|embed)/[a-z0-9][a-z0-9-]{0,62})/+")


def timeline_document(shown: Timeline | None, *, unasked: bool) -> str:
    """The document of one timeline; without `shown` its script sets the title. `unasked`: the
    address has no filter, order or moment."""
    text = document("timeline")
    if shown is None:
        return text
    title, about = escape(shown.title), escape(shown.description or "")
    language = escape(shown.language)
    head = f"<title>{title} · onrecord</title>\n"
    if about:
        head += f'<meta name="description" content="{about}">\n'
    for path, media_type, form in _FEEDS:
        feed = f"/v1/timelines/{quote(shown.timeline)}/{path}"
        head += (
            f'<link rel="alternate" type="{media_type}" title="{title} ({form})" href="{feed}">\n'
        )
    if unasked:
        first = escape(_FIRST.format(quote(shown.timeline)))
        head += f'<link rel="preload" as="fetch" crossorigin href="{first}">\n'
    text = text.replace("<title>onrecord</title>\n", head)
    long = ' class="long"' if len(shown.title) > _LONG_TITLE else ""
    text = text.replace('dir="auto">…</h1>', f'dir="auto" lang="{language}"{long}>{title}</h1>')
    heading = '<p id="description" dir="auto">'
    return text.replace(heading, f'<p id="description" dir="auto" lang="{language}">{about}')


def with_classes(text: str, *marks: str) -> str:
    """The document with classes for what the address asks for. By them its styles keep room at once
    for what the script adds later."""
    return text.replace("<html", f'<html class="{" ".join(marks)}"', 1) if marks else text


def sign_in_document(*, with_issuer: bool) -> str:
    """The document that signs in; with a link to an issuer of identities only if the service has
    one."""
    text = document("sign-in")
    return text if with_issuer else _ISSUER.sub("", text)


def missing_document(path: str, timeline: str | None) -> str:
    """The page for an address that does not exist, or for a `timeline` that does not exist."""
    text = document("missing")
    nearly = _NEARLY.fullmatch(path)
    if timeline is not None:
        heading = f"There is no timeline “{escape(timeline)}” here."
        text = text.replace("There is no page at this address.", heading)
    elif nearly is not None:
        meant = f'Did you mean <a href="{nearly[1]}">{nearly[1]}</a>? '
        text = text.replace('<p class="status">', f'<p class="status">{meant}')
    return _beside(path, text)


def closed_document(path: str, timeline: str) -> str:
    """The page for a `timeline` that nobody may see without credentials. It is the same whether the
    timeline exists or not."""
    heading = f"“{escape(timeline)}” is not open to everybody."
    text = document("missing").replace("There is no page at this address.", heading)
    text = text.replace("No such page", "Sign in")
    way = '<a data-testid="sign-in" href="/sign-in">Sign in</a>, if you may see it. '
    return _beside(path, text.replace('<p class="status">', f'<p class="status">{way}'))


def _beside(path: str, text: str) -> str:
    """The document for an embed: within another site only timelines are shown, so its links open
    outside."""
    if path.startswith("/embed/"):
        text = text.replace("<a ", '<a target="_blank" rel="noopener" ')
    return text


def under_root_path(root_path: str, text: str) -> str:
    """The document with its addresses under a path prefix, which its script reads from it too."""
    if not root_path:
        return text
    text = _ADDRESS.sub(lambda found: found[0] + root_path, text)
    return text.replace("<html", f'<html data-root="{root_path}"', 1)

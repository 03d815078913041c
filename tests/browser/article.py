"""An article of another site, with the page in a frame."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.browser.questions import answered
from tests.browser.until import until

__all__ = ["HEIGHT", "Article", "Opener", "Site", "published"]

HEIGHT = 640
SCROLLED = 200
"""Pixels that the article is scrolled by: the lower part of its frame is not in sight."""

ARTICLE = """<!doctype html><title>An article</title>
<link rel="icon" href="data:,">
<style>body {{ margin: 0 }} p {{ margin: 0 }} iframe {{ border: 0; display: block }}</style>
<p style="height: 700px">Above</p>
<iframe src="{url}" width="{width}" height="{height}"></iframe>
<p style="height: 3000px">Below</p>
"""


_HAS_SIZE = "size => [innerWidth, innerHeight].join() === size.join()"


class Site(BaseHTTPRequestHandler):
    """Another site, with an article for every frame that is asked for behind `?`."""

    def do_GET(self) -> None:
        asked = {name: value for name, [value] in parse_qs(urlsplit(self.path).query).items()}
        self.send_response(200 if asked else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        if asked:
            self.wfile.write(ARTICLE.format(**asked).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's own name
        """Nothing: what is asked here is of no interest."""


@contextmanager
def published() -> Iterator[str]:
    """The address of the other site, while it is there."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


class Article:
    """An article with a frame, and how far it is scrolled."""

    def __init__(self, page: Page, site: str, url: str, width: int, height: int = HEIGHT) -> None:
        self.page = page
        page.goto(f"{site}?{urlencode({'url': url, 'width': width, 'height': height})}")
        self.frame = page.frame_locator("iframe")
        answered(page.frames[1])
        expect(self.frame.locator("#count")).not_to_have_text("…")
        expect(self.frame.locator("[aria-busy]")).to_have_count(0)
        page.evaluate(f"scrollTo(0, {SCROLLED})")

    def moved(self) -> int:
        """How far the article was moved since it was opened."""
        return int(self.page.evaluate("scrollY")) - SCROLLED

    def resize(self, width: int, height: int = HEIGHT) -> None:
        """The frame has this size."""
        size = [width, height]
        self.page.locator("iframe").evaluate(
            "(frame, size) => { [frame.width, frame.height] = size; }", size
        )
        until(self.page.frames[1], _HAS_SIZE, size)

    def shows(self, element: Locator) -> bool:
        """Whether the upper left corner of an element is within the frame, and uncovered."""
        return bool(
            element.evaluate(
                """element => {
                    const { left, top } = element.getBoundingClientRect();
                    const found = document.elementFromPoint(left + 4, top + 8);
                    return element.contains(found);
                }"""
            )
        )


Opener = Callable[..., Article]

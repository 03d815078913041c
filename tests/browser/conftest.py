"""A real browser before a real service: Debian's Chromium, driven by playwright."""

from __future__ import annotations

import asyncio.events as loops
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.article import Article, Opener, published
from tests.browser.chromium import ARGUMENTS, NAMES
from tests.browser.tab import Tab, new_context
from tests.browser.timelines import corrected, growing, later, signed, two
from tests.serving import Service, running

__all__ = ["corrected", "growing", "later", "signed", "two"]

# As long as for what is done on a page: a busy machine is no fault of a page.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service with the project's seed; what a test records goes to a timeline of its own."""
    with running(tmp_path_factory.mktemp("service")) as service:
        assert service.program.run("seed").code == 0
        yield service


@contextmanager
def _current(loop: loops.AbstractEventLoop | None) -> Iterator[None]:
    """In the block, the loop is the one that runs in this thread."""
    before = loops._get_running_loop()
    loops._set_running_loop(loop)
    try:
        yield
    finally:
        loops._set_running_loop(before)


class Driven(NamedTuple):
    """A browser, and the loop of its driver: it counts as running as long as the driver lives, and
    while it does, nothing else in this thread can have a loop."""

    browser: Browser
    loop: loops.AbstractEventLoop | None


@pytest.fixture(scope="session")
def driven() -> Iterator[Driven]:
    """One for all modules: a driver and a browser take half a second of a processor to start."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"none of {', '.join(NAMES)} is installed here")
    with _current(None), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=[*ARGUMENTS])
        made = Driven(browser, loops._get_running_loop())
        with _current(None):
            yield made
        browser.close()


@pytest.fixture(scope="module")
def browser(driven: Driven) -> Iterator[Browser]:
    """For a module, whose tests have no other loop."""
    with _current(driven.loop):
        yield driven.browser


class Watched:
    """A page and what it must not do: complain in its console, fail, or go to another host. What it
    asks one for is refused by its policy, which is a complaint (`test_manners.py`): to be told of
    each request takes a processor 10 ms for a visit."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self._base = base
        self._ears: dict[Any, Any] = {
            "console": self._hear,
            "pageerror": lambda error: self.complaints.append(str(error)),
            "framenavigated": lambda frame: self._see(frame.url),
        }
        for event, ear in self._ears.items():
            page.on(event, ear)

    def end(self) -> None:
        """What the page does from now on is not looked at."""
        for event, ear in self._ears.items():
            self.page.remove_listener(event, ear)

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _see(self, url: str) -> None:
        if not url.startswith((self._base, "data:", "about:blank")):
            self.strangers.append(url)


@pytest.fixture
def context(browser: Browser, server: Service) -> Iterator[BrowserContext]:
    """For what a test sets for all pages, or to be somebody else."""
    context = new_context(browser, server.url)
    yield context
    context.close()


@pytest.fixture(scope="session")
def tab(driven: Driven, server: Service) -> Tab:
    return Tab(driven.browser, server.url)


@pytest.fixture
def watched(browser: Browser, tab: Tab, server: Service) -> Iterator[Watched]:
    """A page that is held to its manners when the test ends."""
    watched = Watched(tab.page(), server.url)
    yield watched
    watched.end()
    tab.wipe()
    assert watched.strangers == []
    assert watched.complaints == []


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page


@pytest.fixture(scope="session")
def form_tab(driven: Driven, server: Service) -> Tab:
    return Tab(driven.browser, server.url)


@pytest.fixture
def modules(browser: Browser, form_tab: Tab) -> Page:
    """A page that draws no timeline, where modules are asked for what they decide alone. Nobody
    wipes it: leave it as it is."""
    page = form_tab.page()
    if page.url == "about:blank":
        page.goto("/sign-in")
    return page


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Another site, with an article for every frame that is asked for behind `?`."""
    with published() as address:
        yield address


@pytest.fixture
def open_article(watched: Watched, site: str, server: Service) -> Iterator[Opener]:
    """Opens an article with an embed of this path, in a frame of this width and height."""
    base = f"{server.url}/embed/"
    yield lambda path, *size: Article(watched.page, site, base + path, *size)
    watched.strangers = [url for url in watched.strangers if not url.startswith(site)]


@pytest.fixture
def api(server: Service) -> Iterator[httpx.Client]:
    """A client of the owner. What it has written can be read when its call comes back: a page that
    is opened behind it shows that."""

    def wait_for_the_fold(answer: httpx.Response) -> None:
        revision = answer.headers.get("Onrecord-Revision")
        if answer.request.method != "GET" and answer.is_success and revision:
            timeline = "/".join(answer.request.url.path.split("/")[:4])
            waiting.get(timeline, params={"min_revision": revision})

    hooks = {"response": [wait_for_the_fold]}
    with server.client() as waiting, server.client(event_hooks=hooks) as client:
        yield client


@pytest.fixture
def fresh(api: httpx.Client) -> str:
    """The name of an open timeline that no other test knows."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    assert api.put(f"/v1/timelines/{name}", json={"title": "A new one"}).status_code == 201
    return name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def a_failed_request_is_no_complaint(watched: Any) -> Iterator[None]:
    """The browser notes in its console each request that a test lets fail."""
    yield
    left = [each for each in watched.complaints if "Failed to load resource" not in each]
    watched.complaints[:] = left


@pytest.fixture(scope="session")
def small_tab(driven: Driven, server: Service) -> Tab:
    size = {"width": 360, "height": 640}
    fingers = {"is_mobile": True, "has_touch": True}
    return Tab(driven.browser, server.url, viewport=size, bypass_csp=True, **fingers)


@pytest.fixture
def phone(browser: Browser, small_tab: Tab) -> Iterator[Page]:
    """A page on a small screen that fingers touch."""
    yield small_tab.page()
    small_tab.wipe()


@pytest.fixture
def what_is_not_there_is_no_complaint(watched: Any) -> Iterator[None]:
    """The browser notes in its console that the answer is 404."""
    yield
    left = [each for each in watched.complaints if "404 (Not Found)" not in each]
    watched.complaints[:] = left


@pytest.fixture(scope="session")
def dark_tab(driven: Driven, server: Service) -> Tab:
    size = {"width": 1280, "height": 720}
    return Tab(driven.browser, server.url, viewport=size, color_scheme="dark")


@pytest.fixture
def dark(browser: Browser, dark_tab: Tab) -> Iterator[Page]:
    """A page on a dark screen."""
    yield dark_tab.page()
    dark_tab.wipe()

"""A tab of the browser that test after test looks through, each as if nobody had been there.

A context, a page and their process take half of what a visit takes a processor. The files of the
page stay in the cache, as they do for whoever comes back: to load and compile them takes an eighth.
"""

from __future__ import annotations

from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Page, ViewportSize

__all__ = ["Tab", "new_context"]

VIEWPORT: Final[ViewportSize] = {"width": 1400, "height": 900}
_COUNT = "Object.getOwnPropertyNames(window).length"
"""How many names a document has; a clock, or a script that each document is to run, adds some."""


def new_context(browser: Browser, base: str, **options: Any) -> BrowserContext:
    """What has its own cookies, storage and cache."""
    usual = {"viewport": VIEWPORT, "timezone_id": "Europe/Berlin", "reduced_motion": "reduce"}
    context = browser.new_context(base_url=base, **usual | options)
    context.set_default_timeout(20_000)
    return context


class Tab:
    """Opened when it is first asked for; what a test leaves in it is wiped, or it is closed. Its
    context has these `options`."""

    def __init__(self, browser: Browser, base: str, **options: Any) -> None:
        self._browser, self._base, self._options = browser, base, options
        self._viewport: ViewportSize = options.get("viewport", VIEWPORT)
        self._page: Page | None = None
        self._line: CDPSession | None = None
        self._names = 0

    def page(self) -> Page:
        """Its page, which shows nothing."""
        if self._page is None:
            self._page = new_context(self._browser, self._base, **self._options).new_page()
            self._line = self._page.context.new_cdp_session(self._page)
            self._page.goto("about:blank")  # the first document knows of no fingers
            self._names = self._page.evaluate(_COUNT)
        return self._page

    def wipe(self) -> None:
        """Have nothing left of what was done in it. What cannot be taken back, such as a clock that
        was set, closes it: the next page is another one."""
        page, line = self._page, self._line
        if page is None or line is None:
            return
        try:
            is_new = self._wiped(page, line)
        except Error:
            is_new = False
        if not is_new:
            self._page = None
            page.context.close()

    def _wiped(self, page: Page, line: CDPSession) -> bool:
        for each in page.context.pages:
            if each is not page:
                each.close()
        page.unroute_all(behavior="ignoreErrors")
        page.goto("about:blank")
        page.mouse.move(-1, -1)  # out of it, so that the next document is not hovered
        page.emulate_media(media="null")
        line.send("Storage.clearDataForOrigin", {"origin": self._base, "storageTypes": "all"})
        line.send("Page.resetNavigationHistory")
        if page.viewport_size != self._viewport:
            page.set_viewport_size(self._viewport)
        return bool(page.evaluate(_COUNT) == self._names)

"""A browser in front of the page: the cost of a visit, and of the frames of a gesture."""

from __future__ import annotations

from statistics import median
from typing import Any, NamedTuple

from playwright.sync_api import Browser, CDPSession, Page

__all__ = ["LIMIT", "Frames", "Visit", "Visitors"]

LIMIT = 30_000  # milliseconds for one step of a browser
_GESTURES = 40
_PHONE_BYTES = 1_600_000 / 8  # a second
_PHONE_WAIT = 150  # milliseconds before each answer

_WATCH = """
window.seen = { first: 0, usable: 0, jumped: 0, task: 0 };
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.task = Math.max(seen.task, entry.duration);
}).observe({ type: "longtask", buffered: true });
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.jumped += entry.value;
}).observe({ type: "layout-shift", buffered: true });
new MutationObserver((_, watching) => {
    if (!document.querySelector("[data-testid=statement]")) return;
    seen.first ||= performance.now();
    const drawn = Number(document.getElementById("chart").dataset.marks) > 0;
    const live = document.getElementById("live").dataset.state === "live";
    if (!drawn || !live || !document.querySelector("#facets h2")) return;
    seen.usable = performance.now();
    watching.disconnect();
    document.documentElement.dataset.usable = "";
}).observe(document, { childList: true, subtree: true, attributes: true });
"""
_LOADED = "performance.getEntriesByType('resource').map((each) => each.transferSize)"
_GESTURE = """async (canvas, { type, turns }) => {
    const box = canvas.getBoundingClientRect();
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    const view = { bubbles: true, cancelable: true, view: window };
    const painted = () => new Promise((done) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done();
        port2.postMessage(null);
    }));
    const mouse = (target, kind, clientX) =>
        target.dispatchEvent(new MouseEvent(kind, { ...view, clientX, clientY: y }));
    const frames = [];
    if (type === 'move') mouse(canvas, 'mousedown', x);
    for (let turn = 1; turn <= turns; turn += 1) {
        const begun = performance.now();
        if (type === 'zoom') {
            const deltaY = turn <= turns / 2 ? -80 : 80;
            const place = { clientX: x, clientY: y };
            canvas.dispatchEvent(new WheelEvent('wheel', { ...view, ...place, deltaY }));
        } else {
            mouse(window, 'mousemove', x + Math.sin(turn / 4) * box.width / 4);
        }
        await painted();
        frames.push(performance.now() - begun);
    }
    if (type === 'move') mouse(window, 'mouseup', x);
    return frames;
}"""


class Visit(NamedTuple):
    """A page that was opened. In milliseconds: when the first row was there, when everything was
    there, the processor time of the page's thread until then, and its longest task; `jumped` is the
    CLS."""

    first: float
    usable: float
    processor: float
    task: float
    requests: int
    kilobytes: float
    jumped: float


class Frames(NamedTuple):
    """Milliseconds of the frames of a gesture; `processor` is the thread's processor time for
    one."""

    middle: float
    longest: float
    processor: float


class Visitors:
    """Opens pages of the service at `url`, each as a first visit."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url

    def desktop(self, timeline: str) -> tuple[Page, Visit]:
        """A wide window, which stays open."""
        return self._visit(timeline, viewport={"width": 1400, "height": 900})

    def phone(self, timeline: str) -> Visit:
        """A visit from a phone on a slow line."""
        size = {"width": 390, "height": 664}
        page, found = self._visit(timeline, viewport=size, is_mobile=True, has_touch=True)
        page.context.close()
        return found

    def frames(self, page: Page, kind: str) -> Frames:
        """The frames of a gesture over the chart: `move` or `zoom`."""
        line = _counting(page)
        before = _worked(line)
        chart = page.get_by_test_id("chart")
        taken = chart.evaluate(_GESTURE, {"type": kind, "turns": _GESTURES})
        return Frames(median(taken), max(taken), (_worked(line) - before) / _GESTURES)

    def _visit(self, timeline: str, **options: Any) -> tuple[Page, Visit]:
        context = self._browser.new_context(**options)
        context.set_default_timeout(LIMIT)
        page = context.new_page()
        line = _counting(page)
        if options.get("is_mobile"):
            _slow(line)
        page.add_init_script(_WATCH)
        page.goto(f"{self._url}/t/{timeline}", wait_until="commit")
        page.locator("html[data-usable]").wait_for(state="attached")
        seen, sizes = page.evaluate("seen"), page.evaluate(_LOADED)
        bytes_ = {"requests": len(sizes), "kilobytes": sum(sizes) / 1000}
        return page, Visit(**seen, **bytes_, processor=_worked(line))


def _counting(page: Page) -> CDPSession:
    """A session with the browser that measures the processor time of the page's thread."""
    line = page.context.new_cdp_session(page)
    line.send("Performance.enable", {"timeDomain": "threadTicks"})
    return line


def _worked(line: CDPSession) -> float:
    metrics = line.send("Performance.getMetrics")["metrics"]
    found: float = next(each["value"] for each in metrics if each["name"] == "TaskDuration")
    return found * 1000


def _slow(line: CDPSession) -> None:
    line.send("Network.enable")
    speed = {"downloadThroughput": _PHONE_BYTES, "uploadThroughput": _PHONE_BYTES / 2}
    told = {"offline": False, "latency": _PHONE_WAIT, **speed}
    line.send("Network.emulateNetworkConditions", told)

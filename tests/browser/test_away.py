"""A service that goes away, comes back, or says nothing any more, and a page that nobody sees."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.questions import shown
from tests.browser.timelines import record
from tests.browser.until import until
from tests.looks import look_again
from tests.serving import TRUST, Service, running

_TURN = """hidden => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
}"""


BEHIND = "count => getComputedStyle(count, '::after').content"
"""What the page writes behind the count."""


def hide(page: Page) -> None:
    """The reader looks at another tab, and the stream ends."""
    with page.expect_event("requestfailed", lambda request: "/live?" in request.url):
        page.evaluate(_TURN, True)  # noqa: FBT003 - whether it is hidden
    expect(page.get_by_test_id("live")).to_have_text("reconnecting")


def show(page: Page) -> None:
    """The reader looks at it again."""
    page.evaluate(_TURN, False)  # noqa: FBT003 - whether it is hidden


def test_a_page_that_nobody_sees_does_not_listen(page: Page, api: httpx.Client, fresh: str) -> None:
    """More open pages than a browser has connections to one host do not starve each other, since
    those out of sight hold none; seen again, they miss nothing."""
    page.goto(f"/t/{fresh}")
    expect(page.get_by_test_id("live")).to_have_text("live")
    hide(page)
    record(api, fresh, "a")
    show(page)
    expect(page.get_by_test_id("statement")).to_have_count(1)
    expect(page.get_by_test_id("live")).to_have_text("live")


def test_what_one_may_no_longer_read_goes_also_without_a_stream(
    browser: Browser, tmp_path: Path
) -> None:
    """The right to read is taken while nobody sees the page, so that no open stream tells it: seen
    again, the page shows nothing of the timeline, and why."""
    context = browser.new_context()
    page = context.new_page()
    with running(tmp_path) as server, server.client() as api:
        api.put("/v1/timelines/t", json={"title": "T"})
        record(api, "t", "a")
        page.goto(f"{server.url}/t/t")
        expect(page.get_by_test_id("live")).to_have_text("live")
        hide(page)
        grants = api.get("/v1/grants").json()["items"]
        [everyone] = [grant["id"] for grant in grants if grant["to"] == "everyone"]
        api.delete(f"/v1/grants/{everyone}", params={"reason": "over"}).raise_for_status()
        while httpx.get(f"{server.url}/v1/timelines/t", verify=TRUST).is_success:
            look_again()  # a worker knows of it within a second
        show(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("“t” is not open to everybody.")
        assert "This is a." not in page.content()
        context.close()


_LISTEN = """() => {
    window.heard = [];
    const listen = (after) => {
        const stream = new EventSource(`/v1/timelines/t/live?after=${after}`);
        stream.addEventListener('statement.recorded', (event) => {
            window.heard.push(Number(event.lastEventId));
        });
        stream.addEventListener('error', () => {
            if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 500, heard.at(-1));
        });
    };
    listen(0);
}"""
"""As docs/live.md says. A worker that outlives its log for a moment answers 503, and to any answer
that is no stream, a browser's own EventSource gives up."""


def refuse_once(page: Page) -> None:
    """The stream of the test is asked for, and its log is away."""
    page.route("**/live?after=0", lambda route: route.fulfill(status=503), times=1)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_restart_of_the_service_loses_no_event(
    browser: Browser, tmp_path: Path, how: signal.Signals
) -> None:
    """The browser's own EventSource, cut off by a service that ends or is killed and begins again
    on its port, hears every event after its last id, exactly once and in order; the page shows
    them all."""
    context = browser.new_context()
    page = context.new_page()
    with running(tmp_path) as first:
        port = urlsplit(first.url).port
        with first.client() as api:
            api.put("/v1/timelines/t", json={"title": "T"})
            record(api, "t", "a")
            page.goto(f"{first.url}/t/t")
            expect(page.get_by_test_id("live")).to_have_text("live")
            page.evaluate(_LISTEN)
            record(api, "t", "b")
            expect(page.get_by_test_id("statement")).to_have_count(2)
            until(page, "() => heard.length === 2")
        if how == signal.SIGKILL:
            refuse_once(page)
        assert first.stop(how) == (0 if how == signal.SIGINT else -signal.SIGKILL)
    expect(page.get_by_test_id("live")).to_have_text("reconnecting")
    with running(tmp_path, "--port", str(port)) as second, second.client() as api:
        record(api, "t", *(f"s{n}" for n in range(20)))
        expect(page.get_by_test_id("live")).to_have_text("live", timeout=30_000)
        expect(page.get_by_test_id("statement")).to_have_count(22)
        record(api, "t", "last")
        expect(page.get_by_test_id("statement")).to_have_count(23)
        expect(page.get_by_role("alert")).to_be_hidden()
        until(page, "() => heard.includes(24)")
        assert page.evaluate("window.heard") == list(range(2, 25))
        context.close()


def test_a_service_that_is_gone_is_told(browser: Browser, tmp_path: Path) -> None:
    """Nothing was asked meanwhile: the page says since when it is not connected, shows what it did
    as no failed answer, and takes that back when the service is there again."""
    context = browser.new_context()
    context.clock.install()
    page = context.new_page()
    told = page.get_by_test_id("unconnected")
    with running(tmp_path) as first:
        port = urlsplit(first.url).port
        with first.client() as api:
            api.put("/v1/timelines/t", json={"title": "T"})
            record(api, "t", "a")
            page.goto(f"{first.url}/t/t")
            expect(page.get_by_test_id("live")).to_have_text("live")
            expect(told).to_be_hidden()
        assert first.stop() == 0
    expect(page.get_by_test_id("live")).to_have_text("reconnecting")
    page.clock.run_for(4_000)
    expect(told).to_contain_text("has not been connected to the service since")
    expect(told).to_contain_text("It shows revision 2, as it was then")
    expect(page.get_by_test_id("retry")).to_be_hidden()
    page.get_by_test_id("search").fill("apples")
    expect(page.get_by_test_id("retry")).to_be_visible()
    expect(told).to_be_hidden()
    with running(tmp_path, "--port", str(port)):
        expect(page.get_by_test_id("live")).to_have_text("live", timeout=30_000)
        expect(page.locator("#count")).to_have_text("0 statements")
        expect(told).to_be_hidden()
    context.close()


def frozen(service: Service, number: signal.Signals) -> None:
    """Stop all processes of a service where they stand, or let them go on."""
    left = [service.process.pid]
    while left:
        pid = left.pop()
        os.kill(pid, number)
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(FileNotFoundError, ProcessLookupError):  # a thread may just have ended
                left += map(int, task.read_text().split())


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the processes by /proc")
def test_a_service_that_says_nothing_any_more_is_noticed(browser: Browser, tmp_path: Path) -> None:
    """All its processes stand still: no connection ends, and nothing arrives. The page says that it
    is not connected, and a search that is not answered is said to be asked, then to have failed;
    both are made up for."""
    context = browser.new_context()
    context.clock.install()
    page = context.new_page()
    with running(tmp_path) as service:
        with service.client() as api:
            api.put("/v1/timelines/t", json={"title": "T"})
            record(api, "t", "a")
            page.goto(f"{service.url}/t/t")
            mark, told = page.get_by_test_id("live"), page.locator("#unconnected")
            asking = page.locator("#asking[role=status]")
            expect(mark).to_have_text("live")
            page.clock.run_for(60_000)  # nothing is recorded, and the service answers
            expect(mark).to_have_text("live")
        try:
            frozen(service, signal.SIGSTOP)
            page.get_by_test_id("search").fill("b")
            page.clock.run_for(1_500)
            expect(asking).to_be_empty()
            page.clock.run_for(13_500)
            expect(asking).to_have_text("Asking … What is shown is older.")
            assert "before" in page.locator("#count").evaluate(BEHIND)
            expect(page.get_by_role("alert")).to_be_hidden()
            page.clock.run_for(5_500)  # the search is given up, and not yet made again
            expect(page.get_by_role("alert")).to_contain_text("The service does not answer.")
            expect(asking).to_be_empty()
            expect(page.locator("#retry")).to_be_visible()
            page.clock.run_for(6_500)
            expect(mark).to_have_text("reconnecting")
            page.clock.run_for(5_000)
            expect(told).to_contain_text("has not been connected to the service since")
        finally:
            frozen(service, signal.SIGCONT)
        page.clock.run_for(30_000)
        expect(mark).to_have_text("live")
        expect(told).to_be_hidden()
        expect(page.get_by_role("alert")).to_be_hidden()
        shown(page)
    context.close()


def test_a_stream_that_died_without_a_word_is_opened_again(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """The network forgot its connection: the service answers, but what it records does not come."""
    record(api, fresh, "a")
    page.clock.install()
    page.add_init_script(
        """const streams = [], whole = EventSource;
        window.EventSource = class extends whole {
            constructor(url) {
                super(url);
                if (streams.push(this) > 1) return;
                for (const type of ["statement.recorded", "checkpoint", "error"])
                    this.addEventListener(type, (event) => event.stopImmediatePropagation());
            }
        };"""
    )
    page.goto(f"/t/{fresh}")
    mark = page.get_by_test_id("live")
    expect(mark).to_have_text("live")
    record(api, fresh, "b")
    with page.expect_response(lambda answer: answer.url.endswith(f"/timelines/{fresh}")):
        page.clock.run_for(16_000)
    expect(page.get_by_test_id("statement")).to_have_count(1)
    page.clock.run_for(6_000)
    expect(page.get_by_test_id("statement")).to_have_count(2)
    expect(mark).to_have_text("live")

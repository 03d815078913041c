"""Takes the pictures of the page again that the documents show, of timelines that it makes.

    python -m tests.browser.pictures [edges sign-in …]

Without names all of them are taken. Where something is seen to have changed that nobody meant to,
`git diff` shows it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from benchmarks.reading.page import statement
from tests.browser.chromium import NAMES
from tests.looks import look_again
from tests.serving import Service, running, said

_DOCS: Final = Path(__file__).parents[2] / "docs"
_CLAIM: Final = "statement=gerasimov-full-control"
UNION: Final = "Union of Engineers"
_BESIDE: Final = {"page", "page-phone"}
"""Pictures that lie in `docs` itself."""
_PHONE: Final = {"is_mobile": True, "has_touch": True}


def _nothing(page: Page) -> None:
    """The page as it opens."""


class Picture(NamedTuple):
    """A page of a size, what is done there before, and the options of its browser."""

    width: int
    height: int
    path: str
    act: Callable[[Page], None] = _nothing
    options: dict[str, Any] = {}  # noqa: RUF012 - it is only read


def _compare(page: Page) -> None:
    page.get_by_role("heading", name="Changes").scroll_into_view_if_needed()


def _fail(page: Page) -> None:
    def away(route: Route) -> None:
        route.abort()

    page.route("**/v1/**", away)
    page.get_by_test_id("search").fill("bridge")
    expect(page.get_by_test_id("retry")).to_be_visible()


def _export(page: Page) -> None:
    page.get_by_test_id("export-format").select_option("ics")
    expect(page.get_by_test_id("export-loss")).to_contain_text("It cannot hold")
    page.get_by_test_id("export").evaluate("part => part.scrollIntoView()")


def _choose(page: Page) -> None:
    page.get_by_test_id("statement").filter(has_text="full control").last.click()
    expect(page.get_by_test_id("detail").get_by_role("heading", level=2)).to_be_visible()


def _print(page: Page) -> None:
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")


_PICTURES: Final = {
    "page": Picture(1280, 860, f"/t/kursk?{_CLAIM}"),
    "page-phone": Picture(390, 664, "/t/kursk", options=_PHONE | {"color_scheme": "dark"}),
    "edges": Picture(1100, 640, "/t/crossing"),
    "summary": Picture(1280, 860, "/t/bridge?corrected=true"),
    "overlapping": Picture(1100, 700, "/t/deployed?statement=d7"),
    "counted": Picture(1100, 640, "/t/counted"),
    "earlier": Picture(1280, 760, "/t/bridge?as_of=10"),
    "nothing": Picture(1280, 560, "/t/bridge?as_of=2001-01-01"),
    "comparison": Picture(1280, 760, "/t/bridge?compare=10", _compare),
    "failed": Picture(1280, 760, "/t/bridge", _fail),
    "refused": Picture(1280, 560, "/t/bridge?from=2024-13"),
    "missing": Picture(700, 300, "/t/kursk/"),
    "embed-statement": Picture(600, 640, "/embed/kursk?tag=control&as_of=55", _choose),
    "embed": Picture(600, 640, "/embed/kursk?tag=control"),
    "phone-statement": Picture(390, 664, f"/t/kursk?{_CLAIM}", options=_PHONE),
    "narrow-dark": Picture(900, 760, "/t/bridge", options={"color_scheme": "dark"}),
    "magnified": Picture(640, 450, "/t/kursk"),
    "export": Picture(1280, 760, "/t/kursk", _export),
    "sign-in": Picture(700, 420, "/sign-in"),
    "forced-colours": Picture(
        1280, 700, f"/t/kursk?{_CLAIM}", options={"forced_colors": "active", "color_scheme": "dark"}
    ),
    "paper": Picture(800, 1532, "/t/bridge?statement=checked", _print),
}
"""All but that of what has arrived, which comes while the page is open."""
_ARRIVED: Final = Picture(1280, 760, "/t/bridge?order=-occurred")


def _told(name: str, text: str, by: str, occurred: str) -> dict[str, Any]:
    return said(name, text=text, by=by, occurred=occurred)


def _bridge(api: httpx.Client) -> None:
    path = "/v1/timelines/bridge"
    about = "Who said what about the bridge, and when."
    api.put(path, json={"title": "The bridge at Varna", "description": about})
    api.put(f"{path}/actors/min", json={"name": "Ministry of Transport", "type": "organisation"})
    api.put(f"{path}/actors/mayor", json={"name": "Elena Petrova", "type": "person"})
    api.put(f"{path}/actors/mayor/aliases/Mayor")
    paper = {"id": "daily-1", "title": "What we know of the bridge", "publisher": "Daily"}
    hurt = "At least nine people were hurt when the bridge was closed."
    known = {"on": "2024-06-11", "sources": [paper]}
    items = [
        said("hurt", text=hurt, by="min", occurred="2024-06-10", **known),
        _told("checked", "The bridge was inspected in spring.", "Mayor", "2024-04~"),
        _told("never", "Nobody inspected the bridge this year.", UNION, "2024-01/2024-06"),
        _told("arrests", "Two were arrested at the bridge.", "Daily", "2024-06-11"),
        _told("closed", "The bridge stays closed to lorries.", "Road agency", "2024-06-13/.."),
    ]
    api.post(f"{path}/statements", json=items)
    disputes = {"relation": "disputes", "target": "checked", "note": "no record of it"}
    api.post(f"{path}/statements/never/relations", json=disputes)
    autumn = _told("autumn", "The bridge will open again in autumn.", "min", "2024-09/2024-11")
    autumn["kind"], autumn["said"]["on"] = "prediction", "2024-07"
    pillar = _told("pillar", "The pillar was looked at in April.", "Road agency", "2024-04")
    api.post(f"{path}/statements", json=[pillar, autumn])
    fix = {"text": hurt.replace("nine", "twelve"), "occurred": "2024-06-11"}
    why = {"changes": fix, "reason": "A later count by the hospital."}
    api.post(f"{path}/statements/hurt/corrections", json=why)
    back = {"reason": "The police denied it.", "by": "Daily"}
    api.post(f"{path}/statements/arrests/retractions", json=back)


def _crossing(api: httpx.Client) -> None:
    api.put("/v1/timelines/crossing", json={"title": "The crossing of the river"})
    speakers = ("City council", "Ministry of Defence", "Harbour authority", "Coast guard")
    items = [said("old", text="A ford was here.", by="Archive", occurred="-0800")]
    for number in range(48):
        month, day = divmod(number * 5 % 36, 12), 1 + number * 11 % 28
        from_ = f"{2022 + month[0]}-{1 + month[1]:02}-{day:02}"
        to = f"/{2022 + month[0]}-{min(12, 3 + month[1]):02}-28" if number % 3 == 0 else ""
        text = f"A ship was seen off the coast, number {number}."
        by = speakers[number % 4]
        items.append(said(f"s{number}", text=text, by=by, occurred=from_ + to))
    api.post("/v1/timelines/crossing/statements", json=items)
    fix = {"changes": {"occurred": "2022-03-02"}, "reason": "Misread."}
    api.post("/v1/timelines/crossing/statements/s4/corrections", json=fix)


def _deployed(api: httpx.Client) -> None:
    api.put("/v1/timelines/deployed", json={"title": "Units that are deployed"})
    speakers = ("Ministry of Defence", "Coast guard", "Harbour authority")
    for first in range(0, 1_600, 800):
        items = []
        for n in range(first, first + 800):
            end = ".." if n % 4 == 3 else f"{2022 + n % 3}-{3 + n % 10:02}~"
            by, text = speakers[n % 3], f"Unit {n} is deployed at the front."
            items.append(said(f"d{n}", text=text, by=by, occurred=f"2022-02-24/{end}"))
        api.post("/v1/timelines/deployed/statements", json=items)


def _counted(api: httpx.Client) -> None:
    api.put("/v1/timelines/counted", json={"title": "Twenty thousand statements"})
    items = [statement(number) for number in range(20_000)]
    items.append(said("old", text="A ford was here.", by="Archive", occurred="-0800"))
    revision = 0
    for first in range(0, len(items), 1_000):
        some = items[first : first + 1_000]
        revision = api.post("/v1/timelines/counted/statements", json=some).json()["revision"]
    while api.get("/v1/timelines/counted", params={"min_revision": revision}).status_code == 503:
        look_again()


def _arrive(page: Page, api: httpx.Client) -> None:
    """One comes while the page is open, and is not looked at."""
    page.goto("/t/bridge?order=-occurred")
    expect(page.get_by_test_id("live")).to_have_text("live")
    cracked = _told("cracked", "The pillar is cracked.", UNION, "2024-08")
    api.post("/v1/timelines/bridge/statements", json=cracked)
    expect(page.get_by_test_id("arrivals")).to_have_text("1 new")


def _opened(browser: Browser, service: Service, picture: Picture) -> Page:
    size = {"width": picture.width, "height": picture.height}
    given: dict[str, Any] = {"viewport": size, "reduced_motion": "reduce", "bypass_csp": True}
    context = browser.new_context(base_url=service.url, **given | picture.options)
    return context.new_page()


def _take(page: Page, name: str, *, whole: bool = False) -> None:
    page.evaluate(
        "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
    )
    folder = _DOCS if name in _BESIDE else _DOCS / "pictures"
    page.screenshot(path=folder / f"{name}.png", full_page=whole)
    page.context.close()


def main() -> None:
    wanted = sys.argv[1:] or [*_PICTURES, "corrected-and-arrived"]
    program = next(filter(None, map(shutil.which, NAMES)), None)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as service,
        service.client(timeout=60) as api,
        sync_playwright() as driver,
    ):
        assert service.program.run("seed").code == 0
        for make in (_bridge, _crossing, _deployed, _counted):
            make(api)
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name in wanted:
            picture = _PICTURES.get(name, _ARRIVED)
            page = _opened(browser, service, picture)
            if picture is _ARRIVED:
                _arrive(page, api)
            else:
                page.goto(picture.path)
                if name not in ("missing", "sign-in"):
                    ready = page.locator("#live:not([data-state=reconnecting])")
                    ready.wait_for(state="attached")  # a statement may cover it
                    page.locator("html:not([data-reading=asked])").wait_for()
                picture.act(page)
            _take(page, name, whole=name == "paper")
        browser.close()


if __name__ == "__main__":
    main()

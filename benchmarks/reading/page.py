"""How soon the page is usable, at which cost, and how long a frame of its chart takes.

    python -m benchmarks.reading.page [--sizes 22 20000 100000] [--rounds 5] [--seconds 240]

A real Chromium in front of `onrecord serve`, both on this machine, without a graphics card. The
page is usable when rows, counts and chart are there and the mark says live; the time counts from
the start of the navigation. It is measured for the first visit after the service has started, and
as the median of the following rounds, with the processor time of the page's thread, its longest
task, and its requests. The phone has a line of 1.6 Mbit/s and waits 150 ms for each answer. A frame
is the time from a gesture until its drawing was passed to the screen, with the thread's processor
time for a frame; `near` is moving the chart, zoomed in until the page has loaded the statements in
sight.

Everything is printed as soon as it is measured. After `--seconds` no further measurement begins.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.reading.visits import LIMIT, Visit, Visitors
from tests.serving import Service, running

ARRAY = 1_000
CLOSER = 12  # presses of "+": few enough are in sight then, of 100,000 too
FAR = "zoom in to see statements"  # what the chart says where it shows counts of the service
KINDS = ("report", "claim", "denial", "estimate", "assessment")
BROWSERS = ("chromium-headless-shell", "chromium")
"""The first one draws no window around a page, which takes a third of the processor's time."""


def statement(number: int) -> dict[str, Any]:
    year, month, day = 2015 + number * 7 % 10, 1 + number * 5 % 12, 1 + number * 11 % 28
    vague = ("", "~", "?", "/..")[number % 4]
    return {
        "id": f"s{number}",
        "kind": KINDS[number % 5],
        "text": f"Between 11,000 and 12,000 troops are deployed in the region, no. {number}.",
        "said": {"by": f"Speaker {number % 40}", "on": f"{year}-{month:02}"},
        "occurred": f"{year}-{month:02}-{day:02}{vague}",
        "sources": [{"id": "article", "title": "An article", "quote": "since last October"}],
        "tags": ["troops"],
    }


def fill(service: Service, size: int) -> str:
    """Records this many statements. Returns the name of their timeline once all of them are
    folded."""
    name = f"n{size}"
    with service.client(timeout=LIMIT / 1000) as client:
        client.put(f"/v1/timelines/{name}", json={"title": f"{size:,} statements"})
        revision = "1"
        for first in range(0, size, ARRAY):
            items = [statement(number) for number in range(first, min(size, first + ARRAY))]
            answer = client.post(f"/v1/timelines/{name}/statements", json=items)
            answer.raise_for_status()
            revision = answer.headers["Onrecord-Revision"]
        while client.get(f"/v1/timelines/{name}?min_revision={revision}").status_code == 503:
            pass  # each asks for five seconds
    return name


def measure(visitors: Visitors, name: str, rounds: int) -> None:
    page, visit = visitors.desktop(name)
    show("first after the start", visit)
    visits = []
    for _ in range(rounds):
        page.context.close()
        page, visit = visitors.desktop(name)
        visits.append(visit)
    show(f"middle of {rounds}", Visit(*map(median, zip(*visits, strict=True))))
    for kind in ("zoom", "move"):
        show_frames(visitors, page, kind)
    come_near(page)
    show_frames(visitors, page, "move", "near")
    page.context.close()
    phones = [visitors.phone(name) for _ in range(max(1, rounds // 2))]
    show(f"phone, least of {len(phones)}", min(phones, key=lambda each: each.first))


def come_near(page: Page) -> None:
    """Zooms in until statements are loaded one by one; before that, too many may overlap."""
    note = page.locator("#chart-note")
    page.get_by_test_id("chart").focus()
    if FAR in note.inner_text():
        for _ in range(CLOSER):
            page.keyboard.press("+")
        expect(note).not_to_contain_text(FAR, timeout=LIMIT)


def show(what: str, visit: Visit) -> None:
    say(
        f"  {what}: first row {visit.first:,.0f} ms, usable {visit.usable:,.0f} ms; processor "
        f"{visit.processor:,.0f} ms, longest task {visit.task:,.0f} ms; {visit.requests:.0f} "
        f"requests, {visit.kilobytes:,.0f} kB; jumped {visit.jumped:.3f}"
    )


def show_frames(visitors: Visitors, page: Page, kind: str, name: str = "") -> None:
    taken = visitors.frames(page, kind)
    say(
        f"  {name or kind}: frames p50 {taken.middle:.0f} ms, max {taken.longest:.0f} ms; "
        f"processor {taken.processor:.1f} ms each"
    )


def say(line: str) -> None:
    print(line, flush=True)


def in_turn(sizes: Sequence[int], seconds: float, act: Callable[[int], object]) -> list[int]:
    """The sizes that were measured before the time was over; prints those that were left out."""
    done: list[int] = []
    end = time.monotonic() + seconds
    for size in sizes:
        if time.monotonic() > end:
            left = ", ".join(f"{each:,}" for each in sizes[len(done) :])
            say(f"the time is over: left out {left}")
            break
        act(size)
        done.append(size)
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[22, 2_000, 20_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=240)
    options = parser.parse_args()
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise SystemExit(f"benchmarks.reading.page: none of {', '.join(BROWSERS)} is installed")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        with running(Path(folder)) as service:

            def filled(size: int) -> None:
                fill(service, size)
                say(f"{size:,} statements recorded after {time.monotonic() - begun:.0f} s")

            sizes = in_turn(options.sizes, options.seconds / 2, filled)
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        browser.new_page().close()  # the browser's own start is not measured
        with running(Path(folder)) as service:
            visitors = Visitors(browser, service.url)

            def measured(size: int) -> None:
                say(f"{size:,} statements")
                measure(visitors, f"n{size}", options.rounds)

            in_turn(sizes, options.seconds - (time.monotonic() - begun), measured)
        browser.close()


if __name__ == "__main__":
    main()

"""How soon the page can be used, and how long a frame takes while one moves and zooms the chart.

    python -m benchmarks.reading.page [--sizes 22 20000 100000]

A real Chromium before `onrecord serve`, both on this machine, without a graphics card. Usable is
the moment at which rows, counts and chart are there and the mark says live, from the start of the
navigation. A frame is the time from a gesture until what it drew has been handed to the screen.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from playwright.sync_api import Page, expect, sync_playwright
from rich.console import Console
from rich.table import Table

from tests.serving import Service, running

ARRAY = 1_000
GESTURES = 40
CLOSER = 12  # presses of "+": few enough are in sight then, of 100,000 too
LIMIT = 120_000  # milliseconds for what is not measured
KINDS = ("report", "claim", "denial", "estimate", "assessment")

GESTURE = """async (canvas, { type, turns }) => {
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


class Row(NamedTuple):
    """Milliseconds; frames as middle and longest. `near`: moved, zoomed in until statements are
    drawn one by one."""

    statements: int
    usable: float
    zoom: tuple[float, float]
    move: tuple[float, float]
    near: tuple[float, float]


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
    """The name of a timeline with so many statements, all of them folded."""
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


def measure(page: Page, service: Service, size: int) -> Row:
    name = fill(service, size)
    begun = time.perf_counter()
    page.goto(f"{service.url}/t/{name}", wait_until="commit")
    expect(page.get_by_test_id("statement").first).to_be_visible(timeout=LIMIT)
    expect(page.locator("#facets h2").first).to_be_visible(timeout=LIMIT)
    expect(page.get_by_test_id("live")).to_have_text("live", timeout=LIMIT)
    usable = (time.perf_counter() - begun) * 1000
    chart = page.get_by_test_id("chart")
    frames = {
        kind: chart.evaluate(GESTURE, {"type": kind, "turns": GESTURES})
        for kind in ("zoom", "move")
    }
    note = page.locator("#chart-note")
    chart.focus()
    if "counted" in note.inner_text():
        for _ in range(CLOSER):
            page.keyboard.press("+")
        expect(note).not_to_contain_text("counted", timeout=LIMIT)
    frames["near"] = chart.evaluate(GESTURE, {"type": "move", "turns": GESTURES})
    middle = {kind: (median(taken), max(taken)) for kind, taken in frames.items()}
    return Row(size, usable, **middle)


def show(rows: Sequence[Row]) -> None:
    names = [f"{kind} {which}" for kind in ("zoom", "move", "near") for which in ("p50", "max")]
    table = Table("statements", "usable, ms", *names)
    for row in rows:
        figures = (row.usable, *row.zoom, *row.move, *row.near)
        table.add_row(f"{row.statements:,}", *(f"{figure:,.0f}" for figure in figures))
    Console().print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[22, 2_000, 20_000, 100_000])
    options = parser.parse_args()
    program = shutil.which("chromium")
    if program is None:
        raise SystemExit("benchmarks.reading.page: no chromium is installed")
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as service,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        show([measure(page, service, size) for size in options.sizes])
        browser.close()


if __name__ == "__main__":
    main()

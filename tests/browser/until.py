"""Waiting in the page until something holds there. It is looked for in each frame that is drawn,
and given up after as long as `expect` waits, also where no frame is drawn any more."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Frame, Page

__all__ = ["frames", "until"]

_UNTIL = """async asked => {
    const holds = %s;
    const late = AbortSignal.timeout(20_000);
    const end = new Promise((tell) => late.addEventListener("abort", tell));
    while (!holds(asked)) {
        if (late.aborted) throw new Error(`for 20 seconds this did not hold: ${holds}`);
        await Promise.race([new Promise(requestAnimationFrame), end]);
    }
}"""

_FRAMES = """async count => {
    for (let frame = 0; frame < count; frame += 1) await new Promise(requestAnimationFrame);
}"""


def until(page: Page | Frame, holds: str, asked: Any = None) -> None:
    """Return once `holds`, a function in the page, is true of what is `asked`. A string for
    `wait_for_function` is refused by the page's policy unless it is true at once."""
    page.evaluate(_UNTIL % holds, asked)


def frames(page: Page, count: int = 3) -> None:
    """Return once so many frames were drawn: what was to be drawn in the next is there, and what
    watches for its size has had it drawn again."""
    page.evaluate(_FRAMES, count)

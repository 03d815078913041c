"""Waiting in the page until something holds there. It is looked for in each frame that is drawn,
and given up after as long as `expect` waits."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Frame, Page

__all__ = ["until"]

_UNTIL = """async asked => {
    const holds = %s;
    const late = performance.now() + 20_000;
    while (!holds(asked)) {
        if (performance.now() > late) throw new Error(`for 20 seconds this did not hold: ${holds}`);
        await new Promise(requestAnimationFrame);
    }
}"""


def until(page: Page | Frame, holds: str, asked: Any = None) -> None:
    """Return once `holds`, a function in the page, is true of what is `asked`. A string for
    `wait_for_function` is refused by the page's policy unless it is true at once."""
    page.evaluate(_UNTIL % holds, asked)

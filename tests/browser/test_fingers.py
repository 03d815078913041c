"""What fingers do in the chart."""

from __future__ import annotations

from itertools import pairwise

from playwright.sync_api import CDPSession, Page

from tests.browser.charts import opened, window

TOP = "document.querySelector('#chart-frame').scrollTop"
LATER = "first => document.querySelector('#chart').dataset.from > first"
CLOSER = """([first, last]) => {
    const { from, to } = document.querySelector("#chart").dataset;
    return from > first && to < last;
}"""


def touch(fingers: CDPSession, *steps: list[tuple[float, float]]) -> None:
    """Fingers, each at a place, that go to the next ones in small steps and then let go."""

    def send(kind: str, places: list[tuple[float, float]]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", steps[0])
    for before, after in pairwise(steps):
        for part in range(1, 11):
            moved = zip(before, after, strict=True)
            send(
                "touchMove",
                [
                    (x + (to - x) * part / 10, y + (on - y) * part / 10)
                    for (x, y), (to, on) in moved
                ],
            )
    send("touchEnd", [])


def test_one_finger_moves_or_scrolls_and_two_zoom(phone: Page) -> None:
    """Sideways moves the window of time; up and down leave it, go through the rows and, at their
    end through the page; two fingers zoom."""
    box = opened(phone, "/t/kursk").bounding_box()
    assert box is not None
    fingers = phone.context.new_cdp_session(phone)
    x, low, high = 200, box["y"] + box["height"] - 12, box["y"] + 12
    whole = window(phone)
    touch(fingers, [(x, low)], [(x - 120, low - 20)])
    phone.wait_for_function(LATER, arg=whole[0])
    touch(fingers, [(x - 20, low), (x + 20, low)], [(x - 100, low), (x + 100, low)])
    phone.wait_for_function(CLOSER, arg=whole)
    assert phone.evaluate(f"[{TOP}, scrollY]") == [0, 0]
    near = window(phone)
    touch(fingers, [(x, low)], [(x, high)])
    phone.wait_for_function(f"{TOP} > 60")
    assert phone.evaluate("scrollY") == 0
    for _ in range(40):  # a finger that lets go leaves the rows in motion, and the next ones too
        touch(fingers, [(x, low)], [(x, high)])
        if phone.evaluate("scrollY") > 0:
            break
    assert phone.evaluate("scrollY") > 0
    assert window(phone) == near
    fingers.detach()

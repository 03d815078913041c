"""What fingers do in the chart."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest
from playwright.sync_api import CDPSession, Page

from tests.browser.charts import opened, window

TOP = "document.querySelector('#chart-frame').scrollTop"
LATER = "first => document.querySelector('#chart').dataset.from > first"
EARLIER = "last => document.querySelector('#chart').dataset.to < last"
CLOSER = """([first, last]) => {
    const { from, to } = document.querySelector("#chart").dataset;
    return from > first && to < last;
}"""


def lasts(shown: tuple[str, str]) -> float:
    """Seconds from its one end to the other."""
    first, last = (datetime.fromisoformat(end).timestamp() for end in shown)
    return last - first


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


def test_a_finger_beside_an_end_of_the_window_drags_it(phone: Page) -> None:
    """In the strip above the chart it need not hit the line of an end, and the other end stays;
    between the ends it moves the window, and so it does where there is no room between them."""
    opened(phone, "/t/kursk")
    phone.get_by_role("button", name="Options").tap()
    box = phone.locator("#overview-happened").bounding_box()
    assert box is not None
    y, left, right = box["y"] + box["height"] / 2, box["x"] + 4, box["x"] + box["width"] - 4
    fingers = phone.context.new_cdp_session(phone)
    whole = window(phone)
    touch(fingers, [(right - 12, y)], [(right - 112, y)])
    phone.wait_for_function(EARLIER, arg=whole[1])
    assert window(phone)[0] == whole[0]
    half = window(phone)
    touch(fingers, [(left + 90, y)], [(left + 120, y)])
    phone.wait_for_function(LATER, arg=half[0])
    assert lasts(window(phone)) == pytest.approx(lasts(half), abs=2)
    end = right - 82
    touch(fingers, [(end + 12, y)], [(left + 60, y)])
    phone.wait_for_function(EARLIER, arg="2024-06")
    narrow = window(phone)
    touch(fingers, [(left + 40, y)], [(left + 100, y)])
    phone.wait_for_function(LATER, arg=narrow[0])
    assert lasts(window(phone)) == pytest.approx(lasts(narrow), abs=2)
    fingers.detach()

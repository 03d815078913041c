"""What is written and drawn can be read: signs beside colours, contrast, directions, and each thing
once."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import Page, expect

from tests.browser.questions import follow, visit
from tests.browser.strips import heard
from tests.serving import said

HEAR_TEXTS = """
window.written = [];
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  window.written.push(text);
  return write.call(this, text, ...rest);
};
"""
UNTIL = """async (text) => {
  while (!window.written.includes(text)) {
    if (performance.now() > 20_000) throw new Error(`${text} was not written`);
    await new Promise(requestAnimationFrame);
  }
}"""


def test_relations_are_told_by_more_than_their_colour(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """An arc of a dispute has one sign, that of a support another; of many none has any."""
    path = f"/v1/timelines/{fresh}"
    items = [said(f"s{n}", by=f"Speaker {n}", occurred=f"20{10 + n}") for n in range(16)]
    api.post(f"{path}/statements", json=items)
    for source, relation in (("s1", "disputes"), ("s2", "supports"), ("s3", "repeats")):
        link = {"relation": relation, "target": "s0"}
        api.post(f"{path}/statements/{source}/relations", json=link)
    visit(page, f"/t/{fresh}?statement=s0")
    heard(page, HEAR_TEXTS)
    for sign in ("≠", "+"):
        page.evaluate(UNTIL, sign)
    others = [
        {"relation": {"statement": f"s{number}", "relation": "disputes", "target": "s0"}}
        for number in range(4, 16)
    ]
    assert api.post(f"{path}/commands", json=others).is_success
    expect(page.get_by_test_id("detail")).to_contain_text("13 of the others dispute it")
    page.evaluate("window.written.length = 0")
    page.set_viewport_size({"width": 1300, "height": 900})
    page.evaluate(UNTIL, "Speaker 0")
    assert "≠" not in page.evaluate("window.written")


def test_bars_of_counts_have_the_sign_of_their_standing(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """Where they are wide and high enough: where one is missing, the wait for it fails the test."""
    path = f"/v1/timelines/{fresh}"
    for month in (1, 2, 3):
        items = [said(f"s{month}-{n}", occurred=f"2024-0{month}-05") for n in range(700)]
        api.post(f"{path}/statements", json=items)
    disputes = [
        {"relation": {"statement": f"s2-{n}", "relation": "disputes", "target": f"s1-{n}"}}
        for n in range(300)
    ]
    assert api.post(f"{path}/commands", json=disputes).is_success
    visit(page, f"/t/{fresh}")
    heard(page, HEAR_TEXTS)
    page.evaluate(UNTIL, "▲")


HEAR_PLACES = """
window.places = {};
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
  window.places[text] = y;
  return write.call(this, text, x, y);
};
"""


def test_lanes_of_counts_have_room_for_their_names_on_a_phone(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """Each name stands above the bars of its lane; what has no room is scrolled to."""
    items = [
        said(f"s{n}", by=f"Speaker {n % 9}", occurred=f"20{10 + n % 12}-05") for n in range(2_070)
    ]
    for first in range(0, len(items), 690):
        path = f"/v1/timelines/{fresh}/statements"
        assert api.post(path, json=items[first : first + 690]).is_success
    page.set_viewport_size({"width": 400, "height": 844})
    visit(page, f"/t/{fresh}")
    expect(page.locator("#chart-note")).to_contain_text("counted")
    lanes = page.get_by_test_id("chart")
    expect(lanes).to_have_attribute("data-lanes", re.compile("others"))
    heard(page, HEAR_PLACES)
    page.evaluate(UNTIL.replace("written.includes(text)", "places[text]"), "Speaker 1")
    first, second = page.evaluate("[places['Speaker 0'], places['Speaker 1']]")
    assert second - first >= 30
    page.locator("#chart-frame").evaluate("frame => { frame.scrollTop = frame.scrollHeight; }")
    page.evaluate(UNTIL.replace("written.includes(text)", "places[text]"), "others")
    box = page.locator("#chart-frame").bounding_box()
    assert box is not None
    assert 40 < page.evaluate("places.others") < box["height"] - 15


DARKEST = """canvas => {
    const ink = canvas.getContext("2d");
    const rows = { top: 44, height: 48, left: 520 };
    const { data } = ink.getImageData(rows.left, rows.top, canvas.width - rows.left, rows.height);
    let dark = 255;
    for (let at = 0; at < data.length; at += 4) dark = Math.min(dark, data[at + 1]);
    return dark;
}"""


def test_what_is_not_chosen_can_still_be_read(page: Page, api: httpx.Client, fresh: str) -> None:
    """Its text is paler than before, and has the contrast that texts need: 4.5 to 1 on white."""
    text = "HHHHHH IIIIII MMMMMM HHHHHH IIIIII MMMMMM."
    items = [said(f"s{n}", by=f"Speaker {n}", occurred=f"202{n}-01-01", text=text) for n in (0, 1)]
    items.append(said("last", by="One who speaks last", occurred="2031", text="It is later."))
    api.post(f"/v1/timelines/{fresh}/statements", json=items)
    visit(page, f"/t/{fresh}?statement=last")
    chart = page.get_by_test_id("chart")
    expect(chart).to_have_attribute("data-chosen", re.compile(","))
    assert chart.evaluate(DARKEST) < 119


def test_a_link_has_the_speaker_first_whatever_the_direction(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """In an English sentence: the speaker, then what they say, each in its own direction."""
    path = f"/v1/timelines/{fresh}"
    items = [
        said("a", text="أُغلق الجسر.", by="Ministry"),
        said("b", text="The minister denied it.", by="وكالة الأنباء"),
    ]
    api.post(f"{path}/statements", json=items)
    for one, other in (("a", "b"), ("b", "a")):
        link = {"relation": "disputes", "target": other}
        api.post(f"{path}/statements/{one}/relations", json=link)
    visit(page, f"/t/{fresh}")
    links = page.locator("#statements .row-note.disputes a").filter(has=page.locator("span"))
    expect(links).to_have_count(4)
    places = """link => [...link.children].map((part) => part.getBoundingClientRect().left)"""
    for shown in links.all():
        speaker, text = shown.evaluate(places)
        assert speaker < text, shown.inner_text()


def test_a_row_is_not_buried_under_what_others_say(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """A long statement that disputes another is shortened in its row, and whole in its detail."""
    path = f"/v1/timelines/{fresh}"
    long = f"It was not so, {'word ' * 150}as we said."
    api.post(f"{path}/statements", json=[said("a"), said("b", text=long)])
    link = {"relation": "disputes", "target": "a"}
    api.post(f"{path}/statements/b/relations", json=link)
    visit(page, f"/t/{fresh}?statement=a")
    note = page.locator('[data-statement-id="a"] .row-note')
    expect(note).to_contain_text(re.compile(r"It was not so, .* word…$"))
    assert len(note.inner_text()) < 280
    expect(page.locator(".facts .row-note")).to_contain_text("as we said.")


SUMMED_UP = [
    ("2024-03-01", [], "5 speakers, among them Speaker 0, Speaker 1 and Speaker 2, "),
    ("2024-03-01", ["Speaker 4"], "5 speakers, most by Speaker 4, Speaker 0 and Speaker 1, "),
    ("2024-03-01", [], "about 1 March 2024."),
    ("2024-03-01/2024-03-02", [], "about March 2024."),
    ("-0800", [], "about 801 BCE."),
    ("2023/2024", [], "about 2023 to 2024."),
    ("2023/2024-04", [], "about January 2023 to April 2024."),
]
"""When something occurred, who of five spoke of it once more, and the words for that."""


def test_the_summary_says_neither_more_nor_less(page: Page, api: httpx.Client, fresh: str) -> None:
    """Speakers who said no more than others are some of them; a time is named as it is known."""
    for number, (occurred, others, _) in enumerate(SUMMED_UP):
        names = [f"Speaker {n}" for n in range(5)] + others
        fields = {"occurred": occurred, "tags": [f"case-{number}"]}
        items = [said(f"s{number}-{n}", by=name, **fields) for n, name in enumerate(names)]
        answer = api.post(f"/v1/timelines/{fresh}/statements", json=items)
        assert answer.is_success
    visit(page, f"/t/{fresh}")
    summary = page.get_by_test_id("summary")
    for number, (_, others, words) in enumerate(SUMMED_UP):
        follow(page, f"?tag=case-{number}")
        expect(summary).to_contain_text(f"{5 + len(others)} of 36 statements by 5 speakers")
        expect(summary).to_contain_text(words)


def test_why_it_was_retracted_stands_in_the_detail_once(
    page: Page, api: httpx.Client, fresh: str
) -> None:
    """Beside the standing; the history has it as what happened."""
    path = f"/v1/timelines/{fresh}/statements"
    api.post(path, json=[said("a")])
    api.post(f"{path}/a/retractions", json={"reason": "A slip of the pen."})
    visit(page, f"/t/{fresh}?statement=a")
    detail = page.get_by_test_id("detail")
    expect(detail.locator(".history")).to_contain_text("Retracted at revision 3")
    expect(detail.locator(".facts")).to_contain_text("A slip of the pen.")
    told = " ".join(detail.locator(":scope > :not(.history)").all_inner_texts())
    assert told.count("A slip of the pen.") == 1

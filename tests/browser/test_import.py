"""Importing a file from the page: it is tried, its mapping is changed, and it is loaded."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.questions import visit
from tests.serving import Service

SHEET = (
    "Datum;Wer;Aussage;Notiz\n13.10.2024;KCNA;Es regnet heute im ganzen Land.;x\n"
    "14.10.2024;Ministerium;Es regnet nicht, sagt das Amt.;\n"
    "15.10.24;KCNA;Das Datum ist zu kurz.;\n"
)


@pytest.fixture
def desk(page: Page, server: Service, a_failed_request_is_no_complaint: None) -> Page:
    """The page of an empty timeline, seen by its owner, who has signed in."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    server.ask("PUT", f"/v1/timelines/{name}", json={"title": "Weather"})
    signed_in = page.context.request.post("/v1/session", data={"key": server.key})
    assert signed_in.ok, signed_in.text()
    visit(page, f"/t/{name}")
    return page


def choose(page: Page, content: str, name: str = "wetter.csv", *, is_first: bool = True) -> None:
    page.get_by_test_id("import").click()
    if is_first:  # there is no file to try again
        expect(page.get_by_test_id("import-again")).to_be_disabled()
    replace(page, content, name)


def replace(page: Page, content: str, name: str = "wetter.csv") -> None:
    """Choose a file in the dialog that is open."""
    file = FilePayload(name=name, mimeType="text/csv", buffer=content.encode())
    page.get_by_test_id("import-file").set_input_files(files=[file])


def drop(page: Page) -> None:
    """Drop the sheet on the page."""
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "wetter.csv", { type: "text/csv" }));
            for (const name of ["dragover", "drop"]) {
                const given = { dataTransfer: data, bubbles: true };
                document.body.dispatchEvent(new DragEvent(name, given));
            }
        }""",
        SHEET,
    )


def test_a_file_is_tried_changed_and_loaded(desk: Page) -> None:
    """The first rows and the losses are shown before anything is recorded, and the refused row can
    be had as a file; the mapping can be changed; what is loaded appears on the page."""
    choose(desk, SHEET)
    said = desk.get_by_test_id("import-said")
    expect(said).to_contain_text("Would be: 2 new")
    expect(said).to_contain_text("1 refused")
    expect(desk.get_by_test_id("import-row")).to_have_count(2)
    expect(desk.get_by_test_id("import-row").first).to_contain_text("Es regnet heute")
    expect(desk.get_by_test_id("import-reason").first).to_contain_text("line 4, Datum")
    expect(desk.get_by_test_id("import-column")).to_have_count(4)
    expect(desk.get_by_test_id("statement")).to_have_count(0)
    with desk.expect_download() as taken:
        desk.get_by_role("link", name="Download the refused row", exact=True).click()
    assert taken.value.suggested_filename == "wetter.refused.csv"
    assert "15.10.24;KCNA;Das Datum ist zu kurz." in taken.value.path().read_text("utf-8-sig")
    mapping = desk.get_by_test_id("import-mapping")
    text = mapping.input_value()
    assert '"dmy"' in text
    mapping.fill(text.replace('"value": "claim"', '"value": "report"'))
    desk.get_by_test_id("import-again").click()
    expect(said).to_contain_text("Would be: 2 new")
    desk.get_by_test_id("import-load").click()
    expect(said).to_contain_text("Loaded: 2 new")
    desk.keyboard.press("Escape")
    expect(desk.get_by_test_id("statement")).to_have_count(2)


def test_a_further_file_begins_with_the_mapping_of_the_last_one(desk: Page) -> None:
    """Only its changed row is corrected; the page says so, and offers a new guess. Each mapping is
    tried before it is used."""
    choose(desk, SHEET)
    said, mapping = desk.get_by_test_id("import-said"), desk.get_by_test_id("import-mapping")
    guess = desk.get_by_test_id("import-guess")
    expect(said).to_contain_text("Would be: 2 new")
    expect(guess).to_be_hidden()
    guessed = mapping.input_value()
    load, untried = desk.get_by_test_id("import-load"), desk.get_by_test_id("import-untried")
    mapping.fill(guessed.replace('"value": "claim"', '"value": "report"'))
    expect(load).to_be_disabled()
    expect(untried).to_contain_text("Try again, then load.")
    mapping.fill(guessed)
    expect(untried).to_be_empty()
    expect(load).to_be_enabled()
    desk.get_by_test_id("import-again").click()
    mapping.fill(guessed.replace('"value": "claim"', '"value": "denial"'))  # while it is tried
    expect(said).to_contain_text("Would be: 2 new")
    expect(untried).not_to_be_empty()
    mapping.fill(guessed.replace('"value": "claim"', '"value": "report"'))
    desk.get_by_test_id("import-again").click()
    expect(desk.get_by_test_id("import-row").first).to_contain_text("Kind: report")
    expect(untried).to_be_empty()
    load.click()
    expect(said).to_contain_text("Loaded: 2 new")
    desk.keyboard.press("Escape")
    choose(desk, SHEET.replace("sagt das Amt", "sagt ein Amt"), is_first=False)
    expect(said).to_contain_text("Read by the mapping of the import of")
    expect(said).to_contain_text("1 the same")
    assert '"value": "report"' in mapping.input_value()
    guess.click()
    expect(said).not_to_contain_text("Read by the mapping")
    expect(said).to_contain_text("Would be")
    assert '"value": "claim"' in mapping.input_value()


def test_what_changes_and_what_is_gone_is_seen_before_it_is_loaded(desk: Page) -> None:
    """Each changed row with its line and what was beside what would be; each statement whose row is
    missing; the first ten of each, and the others beneath."""
    head, last = "Ref,Date,Speaker,Statement\n", "x9,2024-02-01,KCNA,It was dry all day.\n"
    rows = [f"a{n},2024-01-{n:02},KCNA,It rained for {n} hours.\n" for n in range(1, 13)]
    choose(desk, head + "".join(rows) + last, "rain.csv")
    said = desk.get_by_test_id("import-said")
    expect(said).to_contain_text("Would be: 13 new")
    expect(desk.get_by_test_id("import-changed")).to_have_count(0)
    desk.get_by_test_id("import-load").click()
    expect(said).to_contain_text("Loaded: 13 new")
    desk.keyboard.press("Escape")
    longer = "".join(rows).replace("hours", "days")
    choose(desk, head + longer, "rain.csv", is_first=False)
    expect(said).to_contain_text("12 changed")
    changed, missing = desk.get_by_test_id("import-changed"), desk.get_by_test_id("import-missing")
    expect(changed).to_have_count(12)
    expect(changed.nth(2)).to_contain_text("Line 4, a3")
    expect(changed.nth(2).locator("del")).to_contain_text("hours")
    expect(changed.nth(2).locator("ins")).to_contain_text("days")
    expect(missing).to_contain_text("x9: It was dry all day.")
    expect(changed.nth(9)).to_be_visible()
    expect(changed.nth(10)).to_be_hidden()
    desk.get_by_text("2 more", exact=True).click()
    expect(changed.nth(10)).to_be_visible()


def test_nothing_is_recorded_while_files_are_tried(desk: Page) -> None:
    """A file that is dropped, a mapping that is wrong, and others in its place."""
    a_report_is_read_at_a_glance(desk)
    a_mapping_that_is_wrong_says_where(desk)
    the_first_rows_are_shown_as_a_whole(desk)
    a_file_that_cannot_be_read_says_what_to_do(desk)
    desk.keyboard.press("Escape")
    expect(desk.get_by_test_id("summary")).to_have_text("There are no statements yet.")


def the_first_rows_are_shown_as_a_whole(desk: Page) -> None:
    """Speakers, both dates, places, numbers and sources."""
    sheet = "Date,Said on,Speakers,Statement,Place,Killed,Outlet,URL\n" + "".join(
        f"2024-06-1{day},2024-07-0{day},KCNA; TASS,It rained for {day} hours that day.,Minsk,"
        f"{day},Minsk Post,https://example.org/{day}\n"
        for day in range(1, 4)
    )
    replace(desk, sheet)
    first = desk.get_by_test_id("import-row").first
    what = "KCNA and TASS: It rained for 1 hours that day."
    when, where = ("Said: 1 July 2024", "Happened: 11 June 2024"), "Where: Minsk"
    for words in (what, *when, where, "Evidence: Minsk Post, https://example.org/1", "How many"):
        expect(first).to_contain_text(words)


def a_report_is_read_at_a_glance(desk: Page) -> None:
    """The field names the file that was dropped, each number stands under its heading, and what the
    service quotes in a reason is set as code."""
    drop(desk)
    reason = desk.get_by_test_id("import-reason").first
    expect(reason.locator("code")).to_have_text(["dmy-1930", "date"])
    expect(reason).not_to_contain_text("`")
    chosen = desk.get_by_test_id("import-file")
    assert chosen.evaluate("field => field.files[0].name") == "wetter.csv"
    right = "cells => cells.map((cell) => Math.round(cell.getBoundingClientRect().right))"
    heads = desk.locator("#import-report thead .number").evaluate_all(right)
    row = desk.get_by_test_id("import-column").first
    assert row.locator(".number").evaluate_all(right) == heads
    assert len(heads) == 4
    # Right-aligned in columns as wide as their words, not in ones that share the whole table.
    assert heads[3] - heads[0] < 400


def a_mapping_that_is_wrong_says_where(desk: Page) -> None:
    """Each fault is shown once, with its place and in words of the page; nothing is recorded."""
    said = desk.get_by_test_id("import-said")
    expect(said).to_contain_text("Would be")
    advice = "The mapping cannot be used. Correct it and try again."
    for text, place, fault in (
        ("{", "", "A mapping is one object in JSON"),
        ('{"name": "x", "onrecord": {"statement": {}}}', "onrecord.statement: ", "needs kind"),
    ):
        desk.get_by_test_id("import-mapping").fill(text)
        desk.get_by_test_id("import-again").click()
        expect(said.locator("li").first).to_contain_text(fault)
        expect(said.locator("p")).to_have_text(advice)
        assert said.inner_text().count(fault) == 1
        assert said.locator("li").first.inner_text().startswith(place or fault)
        expect(desk.get_by_test_id("import-load")).to_be_disabled()


def a_file_that_cannot_be_read_says_what_to_do(desk: Page) -> None:
    """The reason is shown in place of a report."""
    replace(desk, 'a,b\n1,"never')
    expect(desk.get_by_test_id("import-said")).to_contain_text("quote")


def test_who_is_not_signed_in_is_told_before_choosing_a_file(server: Service, page: Page) -> None:
    """In place of the field there is a link that signs in and leads back; a dropped file is not
    sent. Then the field is there."""
    sent = list[str]()
    page.on("request", lambda request: sent.append(request.url))
    visit(page, "/t/kursk?kind=claim")
    page.get_by_test_id("import").click()
    link = page.get_by_role("dialog").get_by_role("link", name="Sign in to import")
    expect(link).to_be_focused()
    expect(page.get_by_test_id("import-file")).to_be_hidden()
    drop(page)
    page.evaluate("() => fetch('/health/live')")
    assert any("/health/live" in url for url in sent), "what is sent later has been sent"
    assert not any("/imports" in url for url in sent)
    link.click()
    page.get_by_label("An API key").fill(server.key or "")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{server.url}/t/kursk?kind=claim")
    page.get_by_test_id("import").click()
    expect(page.get_by_test_id("import-file")).to_be_visible()
    expect(link).to_have_count(0)

"""The queue of proposals on the page: for who may review, and for who proposes."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.browser.axe import Axe
from tests.browser.conftest import Driven
from tests.browser.desk import Desk
from tests.browser.questions import follow, visit
from tests.browser.tab import Tab
from tests.serving import Service, key_headers, said


@pytest.fixture(scope="session")
def open_tab(driven: Driven, server: Service) -> Tab:
    size = {"width": 1280, "height": 720}
    return Tab(driven.browser, server.url, viewport=size, bypass_csp=True)


@pytest.fixture
def desk(
    browser: Browser, open_tab: Tab, server: Service, api: httpx.Client, fresh: str
) -> Iterator[Desk]:
    keys = {}
    for role in ("contributor", "editor"):
        name = f"{role}-{uuid.uuid4().hex[:8]}"
        keys[role] = api.post("/v1/keys", json={"name": name}).json()["key"]
        grant = {"to": f"key:{name}", "role": role, "timelines": fresh}
        api.post("/v1/grants", json=grant).raise_for_status()
    recorded = api.post(f"/v1/timelines/{fresh}/statements", json=said("a", text="Rain fell."))
    api.get(f"/v1/timelines/{fresh}", params={"min_revision": recorded.json()["revision"]})
    author = server.stranger(headers=key_headers(keys["contributor"]))
    editor = server.stranger(headers=key_headers(keys["editor"]))
    with author, editor:
        yield Desk(open_tab.page(), fresh, author, editor, api, keys)
    open_tab.wipe()


def test_an_editor_decides_what_waits(desk: Desk) -> None:
    """By keyboard alone: the number that waits is shown and follows what others do; each shows what
    it would change; one is refused, which takes a reason, one approved, and axe finds nothing. The
    button does not ask for attention while nothing waits."""
    page = desk.page
    desk.enter("editor")
    count, rows = page.get_by_test_id("review"), page.get_by_test_id("proposal")
    correction, report = the_number_asks_for_attention(desk)
    later = desk.propose("/statements", said("c", text="A later report."))
    expect(count).to_have_text("3 wait for review")
    expect(rows).to_have_count(3)
    first = page.locator(f"[data-proposal-id='{correction}']")
    expect(first.locator("summary")).to_contain_text("Correct a statement: Snow fell.")
    first.locator("summary").press("Enter")
    expect(first.locator("del")).to_contain_text("Rain")
    expect(first.locator("ins")).to_contain_text("Snow")
    assert Axe(page).judge()[0] == []
    first.get_by_test_id("refuse").press("Enter")
    expect(first.get_by_test_id("proposal-fault")).to_have_text("Say why it is refused.")
    expect(first.get_by_test_id("proposal-why")).to_be_focused()
    first.get_by_test_id("proposal-why").fill("x" * 5_001)
    first.get_by_test_id("refuse").press("Enter")
    expect(first.get_by_test_id("proposal-fault")).to_have_text(
        re.compile("^Reason is .* 5,001: 'x+…'[.]$")
    )
    first.get_by_test_id("proposal-why").fill("No source.")
    first.get_by_test_id("refuse").press("Enter")
    expect(page.get_by_test_id("review-said")).to_contain_text("refused")
    expect(rows).to_have_count(2)
    second = page.locator(f"[data-proposal-id='{report}']")
    second.locator("summary").press("Enter")
    expect(second).to_contain_text("A new report.")
    second.get_by_test_id("approve").press("Enter")
    expect(page.get_by_test_id("review-said")).to_contain_text("approved")
    expect(count).to_have_text("1 waits for review")
    page.keyboard.press("Escape")
    expect(page.locator("[data-statement-id=b]")).to_be_visible()
    states = [desk.state(each) for each in (correction, report, later)]
    assert states == ["refused", "approved", "proposed"]


def the_number_asks_for_attention(desk: Desk) -> list[str]:
    """Once something waits: a correction and a report, whose ids are returned."""
    count, none = desk.page.get_by_test_id("review"), desk.page.get_by_text("There are none.")
    ground = "button => getComputedStyle(button).backgroundColor"
    expect(count).to_have_text("0 wait for review")
    calm = count.evaluate(ground)
    count.press("Enter")
    expect(none).to_be_visible()
    fix = {"changes": {"text": "Snow fell."}, "reason": "misheard"}
    made = [
        desk.propose("/statements/a/corrections", fix),
        desk.propose("/statements", said("b", text="A new report.")),
    ]
    expect(count).to_have_text("2 wait for review")
    expect(none).to_be_hidden()
    assert count.evaluate(ground) != calm
    return made


def test_an_editor_sees_all_that_would_change(desk: Desk) -> None:
    """Who else said and carried it, all members of a source, and what a put would take away."""
    source = {"id": "s", "title": "TASS", "archive_url": "https://archive.example/1"}
    via = [{"actor": "TASS", "role": "publisher", "on": "2025-04"}]
    place = {"name": "Kursk", "latitude": 0, "longitude": 36.2}
    joint = {"by": "KCNA", "with": ["Moscow"], "on": None, "via": via}
    joined = {"said": joint, "sources": [source], "places": [place]}
    made = desk.propose("/statements", said("b") | joined)
    held = said("d", tags=["control"], sources=[source])
    recorded = desk.owner.post(f"{desk.path}/statements", json=held)
    desk.owner.get(desk.path, params={"min_revision": recorded.json()["revision"]})
    moved = source | {"archive_url": "https://archive.example/2"}
    put = desk.author.put(f"{desk.path}/statements/d", json=said("d", sources=[moved]))
    desk.enter("editor")
    desk.page.get_by_test_id("review").click()
    first = desk.page.locator(f"[data-proposal-id='{made}']")
    first.locator("summary").click()
    for told in ("Moscow", "on: 2025-04", source["archive_url"], "latitude: 0"):
        expect(first).to_contain_text(told)
    second = desk.page.locator(f"[data-proposal-id='{put.json()['proposal']}']")
    second.locator("summary").click()
    expect(second.locator("del")).to_have_text(["1", "control"])
    expect(second.locator(".field-change")).to_have_count(2)


def test_the_queue_names_what_the_page_has_not_loaded(desk: Desk) -> None:
    """A row says who said what, not the id, also of a statement that no filter selects."""
    taken = desk.propose("/statements/a/retractions", {"reason": "It did not rain."})
    desk.enter("editor")
    follow(desk.page, "?q=snow")
    desk.page.get_by_test_id("review").click()
    row = desk.page.locator(f"[data-proposal-id='{taken}']")
    expect(row).to_contain_text("Retract a statement: KCNA: Rain fell.")


def test_an_author_sees_and_withdraws_their_own(desk: Desk) -> None:
    """With what has become of each and why; nobody else has the queue on their page."""
    refused = desk.propose("/statements", said("b", text="A rumour."))
    path = f"{desk.path}/proposals/{refused}/refusal"
    desk.editor.post(path, json={"reason": "No source."}).raise_for_status()
    waiting = desk.propose("/statements", said("c", text="A report."))
    page = desk.page
    visit(page, f"/t/{desk.timeline}")
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    expect(page.get_by_test_id("review")).to_have_count(0)
    desk.enter("contributor")
    page.get_by_test_id("review").click()
    expect(page.locator(f"[data-proposal-id='{refused}']")).to_contain_text("No source.")
    row = page.locator(f"[data-proposal-id='{waiting}']")
    row.locator("summary").click()
    expect(row.get_by_test_id("approve")).to_have_count(0)
    row.get_by_test_id("withdraw").click()
    expect(page.get_by_test_id("review")).to_have_text("Your proposals: 0 wait")
    expect(row).to_have_attribute("data-state", "withdrawn")
    assert desk.state(waiting) == "withdrawn"


def test_an_author_hears_what_became_of_theirs(desk: Desk) -> None:
    """The number that waits, and an open list, follow an editor's decision without a word from the
    reader."""
    kept, dropped = (desk.propose("/statements", said(name)) for name in "bc")
    page = desk.page
    page.clock.install()
    desk.enter("contributor")
    count = page.get_by_test_id("review")
    expect(count).to_have_text("Your proposals: 2 wait")
    desk.editor.post(f"{desk.path}/proposals/{kept}/approval", json={}).raise_for_status()
    page.clock.run_for(10_000)
    expect(count).to_have_text("Your proposals: 1 waits")
    count.click()
    row = page.locator(f"[data-proposal-id='{dropped}']")
    expect(row).to_have_attribute("data-state", "proposed")
    expect(page.get_by_test_id("proposal")).to_have_count(2)
    refusal = f"{desk.path}/proposals/{dropped}/refusal"
    desk.editor.post(refusal, json={"reason": "No source."}).raise_for_status()
    page.clock.run_for(10_000)
    expect(row).to_have_attribute("data-state", "refused")
    expect(row).to_contain_text("No source.")
    expect(count).to_have_text("Your proposals: 0 wait")


def test_an_import_that_is_proposed_says_so(desk: Desk) -> None:
    """A contributor's file is not said to be loaded: the dialog says that it waits, in how many
    proposals, as the number in the corner does at once, and leads to them; who is not signed in is
    told what an editor finds them by."""
    page = desk.page
    desk.enter("contributor")
    expect(page.get_by_test_id("review")).to_have_text("Your proposals: 0 wait")
    sheet = "id,text,by\n1,It rained.,KCNA\n2,It snowed.,KCNA\n"
    file = FilePayload(name="rows.csv", mimeType="text/csv", buffer=sheet.encode())

    def load() -> None:
        page.get_by_test_id("import").click()
        page.get_by_test_id("import-file").set_input_files(files=[file])
        expect(page.get_by_test_id("import-said")).to_contain_text("Would be: 2 new")
        page.get_by_test_id("import-load").click()

    load()
    told = page.get_by_test_id("import-said")
    expect(told).to_contain_text("Proposed: 2 new")
    expect(told).to_contain_text("one proposal waits for an editor")
    expect(page.get_by_test_id("review")).to_have_text("Your proposals: 1 waits")
    page.get_by_test_id("import-proposals").click()
    expect(page.locator("#importing")).not_to_be_visible()
    expect(page.get_by_test_id("proposal")).to_have_attribute("data-state", "proposed")
    page.keyboard.press("Escape")
    grant = {"to": "everyone", "role": "contributor", "timelines": desk.timeline}
    desk.owner.post("/v1/grants", json=grant).raise_for_status()
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    load()
    expect(told).to_contain_text("Proposed: 2 new")
    [mine, other] = desk.waiting()
    expect(told).to_contain_text(other)
    expect(told).not_to_contain_text(mine)
    expect(page.get_by_test_id("import-proposals")).to_have_count(0)

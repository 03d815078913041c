"""What the page must never do, and whom it must serve: hostile text, scripts, people, sizes."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from service.app import HANDLERS
from service.page.assets import FILES
from tests.browser.questions import follow, visit
from tests.browser.until import until
from tests.serving import Service, said

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>&lt;b&gt;'


def test_hostile_text_is_shown_as_text(page: Page, api: httpx.Client, fresh: str) -> None:
    """Markup in any field that a writer fills is read as words, wherever the page shows it."""
    path = f"/v1/timelines/{fresh}"
    api.put(path, json={"title": HOSTILE, "description": HOSTILE})
    source = {
        "id": "s",
        "title": HOSTILE,
        "quote": HOSTILE,
        "publisher": f"{HOSTILE} & co",
        "locator": HOSTILE,
    }
    quantity = {"what": HOSTILE, "best": "1", "unit": HOSTILE}
    spelling = HOSTILE.replace("/", "|")
    body = said("a", text=HOSTILE, by=spelling, about=[spelling], places=[{"name": HOSTILE}])
    body |= {"sources": [source], "quantities": [quantity], "occurred": "2024-10"}
    body["said"]["via"] = [{"actor": spelling, "role": "agency"}]
    assert api.post(f"{path}/statements", json=[body, said("b")]).status_code == 201
    note = {"relation": "disputes", "target": "a", "note": HOSTILE}
    api.post(f"{path}/statements/b/relations", json=note)
    api.post(
        f"{path}/statements/a/corrections", json={"changes": {"tags": ["x"]}, "reason": HOSTILE}
    )
    visit(page, f"/t/{fresh}?statement=a&compare=2&tag=x")
    expect(page.get_by_test_id("detail").get_by_role("heading", level=2)).to_have_text(HOSTILE)
    expect(page.get_by_test_id("detail")).to_contain_text("Corrected at revision")
    expect(page.get_by_test_id("difference")).to_be_visible()
    follow(page, "")
    expect(page.get_by_test_id("statement").first).to_contain_text(HOSTILE)
    expect(page.get_by_test_id("chart")).to_have_attribute("data-marks", re.compile("[1-9]"))
    page.get_by_test_id("chart").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#chart-said")).to_contain_text(HOSTILE)
    assert page.title() == f"{HOSTILE} · onrecord"
    assert page.locator("main img, aside img, main script").count() == 0
    page.goto("/")
    expect(page.get_by_test_id("timeline-card").filter(has_text=HOSTILE)).to_be_visible()


def test_no_link_of_a_source_can_be_a_script(page: Page, api: httpx.Client, fresh: str) -> None:
    """Sources link to the web alone, and reveal nothing of this page to it; a publisher that is the
    title, too, is named once."""
    source = {
        "id": "s",
        "title": "Sun",
        "publisher": "Sun",
        "url": "https://example.org/a",
        "archive_url": "http://example.org/b",
    }
    api.post(f"/v1/timelines/{fresh}/statements", json=[said("a", sources=[source])])
    correction = {"changes": {"tags": ["x"]}, "reason": "late", "source": source}
    api.post(f"/v1/timelines/{fresh}/statements/a/corrections", json=correction)
    visit(page, f"/t/{fresh}?statement=a")
    link = page.get_by_test_id("detail").get_by_role("link", name="Archived copy")
    expect(link).to_have_attribute("href", "http://example.org/b")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(page.locator(".source")).to_have_text("SunOriginal · Archived copy")
    expect(page.get_by_test_id("change").first).to_contain_text(re.compile(", in Sun( ·|$)"))


@pytest.mark.parametrize("path", ["/", "/t/kursk", "/embed/kursk"])
def test_documents_allow_nothing_but_their_own_files(api: httpx.Client, path: str) -> None:
    """The policy admits what is this service's own alone; only /embed may be framed."""
    answer = api.get(path)
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert policy["frame-ancestors"] == ("*" if path.startswith("/embed/") else "'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = api.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


ASK = """async host => {
    const refused = (window.refused = []);
    document.addEventListener("securitypolicyviolation", event => refused.push(event.blockedURI));
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: host });
    document.head.append(link);
    new Image().src = host;
    await fetch(host).catch(() => {});
}"""


def test_what_asks_another_host_is_a_complaint(page: Page, watched: Any, server: Service) -> None:
    """The policy refuses it, and the console tells that: a test whose page does so fails, as one
    does whose page goes there."""
    page.goto("/sign-in")
    host = server.url.replace("127.0.0.1", "localhost")
    page.evaluate(ASK, f"{host}/t/kursk")
    until(page, "() => window.refused.length >= 3")
    assert set(page.evaluate("window.refused")) <= {host, f"{host}/t/kursk"}
    complaints, watched.complaints[:] = [*watched.complaints], []
    assert [each for each in complaints if "Content Security Policy" not in each] == []
    assert len(complaints) >= 3
    page.evaluate("host => { location = host; }", f"{host}/sign-in")
    page.wait_for_url(f"{host}/sign-in")
    assert watched.strangers == [f"{host}/sign-in"]
    watched.strangers.clear()


def test_every_file_is_served_as_what_it_is(api: httpx.Client) -> None:
    """Each file has its type, may not be taken for another, and is not sent twice: for ever where
    its name has a hash of its content. It is sent compressed to who takes it so."""
    wrong = {file: faults for file in FILES if (faults := served_otherwise(api, file))}
    assert wrong == {}


def served_otherwise(api: httpx.Client, file: str) -> list[str]:
    """What of a file is not as it should be."""
    answer = api.get(f"/page/{file}")
    plain = api.get(f"/page/{file}", headers={"Accept-Encoding": "identity, gzip;q=0"})
    again = api.get(f"/page/{file}", headers={"If-None-Match": answer.headers["ETag"]})
    hashed = sha256(plain.content).hexdigest()[:16] in file
    kinds = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
    kind = kinds[file.rpartition(".")[2]]
    holds = {
        "both have the same content": plain.content == answer.content,
        "it is compressed": answer.headers["Content-Encoding"] == "gzip",
        "it is not, if refused": "Content-Encoding" not in plain.headers,
        "each has its tag": plain.headers["ETag"] != answer.headers["ETag"],
        "kept for ever": ("immutable" in answer.headers["Cache-Control"]) == hashed,
        "its type": answer.headers["Content-Type"].startswith(kind),
        "no other type": answer.headers["X-Content-Type-Options"] == "nosniff",
        "not sent twice": again.status_code == 304,
    }
    return [name for name, is_so in holds.items() if not is_so]


NOT_SERVED = [
    "vendor/d3.d.ts",
    "documents/index.html",
    "__init__.py",
    "routes.py",
    "../app.py",
    "..%2Fapp.py",
    "chart%2F..%2Froutes.py",
    "..%5Capp.py",
    "chart",
    "chart/",
    "chart.js",
    "//look/base.css",
    "look//base.css",
    "",
]


def test_nothing_else_is_served_from_the_folder(api: httpx.Client) -> None:
    """Only what FILES lists is served: no documents, no Python, no types, no folder, no way out."""
    found = {name: api.get(f"/page/{name}").status_code for name in NOT_SERVED}
    assert found == dict.fromkeys(NOT_SERVED, 404)


def test_the_routes_of_the_page_are_the_services_own() -> None:
    """The page has five routes, and no other handler answers them."""
    paths = [path for handler in HANDLERS for path in handler.paths]
    assert [
        p
        for p in paths
        if not p.startswith(("/v1", "/health", "/metrics", "/problems", "/docs", "/openapi"))
    ] == [
        "/",
        "/sign-in",
        "/t/{t:str}",
        "/embed/{t:str}",
        "/page/{file:path}",
    ]


def test_no_width_scrolls_sideways(page: Page, api: httpx.Client, fresh: str) -> None:
    """From the narrowest phone to a wide screen nothing sticks out, long words and all."""
    texts = [
        "w" * 400,
        "긴 문장이 하나 있다 " * 20,
        "Это длинное предложение " * 20,
        "هذا نص طويل " * 30,
    ]
    api.post(
        f"/v1/timelines/{fresh}/statements",
        json=[
            said(f"s{n}", text=text.strip(), by=text.strip()[:90].strip(), occurred="2024")
            for n, text in enumerate(texts)
        ],
    )
    for path in ("/", f"/t/{fresh}", "?statement=s0&compare=1", f"/embed/{fresh}"):
        if path.startswith("?"):
            follow(page, path)
        else:
            visit(page, path)
        expect(page.locator("[aria-busy]")).to_have_count(0)
        if path != "/":
            expect(page.get_by_test_id("statement")).to_have_count(4)
        for width in (320, 390, 768, 1024, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over == 0, (path, width)


def test_text_goes_its_own_way(page: Page, api: httpx.Client, fresh: str) -> None:
    """Right-to-left text is set from right to left, within a page that is not."""
    api.post(
        f"/v1/timelines/{fresh}/statements", json=[said("a", text="هذا نص طويل", language="ar")]
    )
    visit(page, f"/t/{fresh}")
    link = page.get_by_test_id("statement").locator(".row-text a")
    assert link.evaluate("link => getComputedStyle(link).direction") == "rtl"
    expect(link).to_have_attribute("lang", "ar")


def test_an_embedded_page_shows_within_another(page: Page) -> None:
    """Its statements are there without search and filters; what leads to the whole is."""
    visit(page, "/embed/kursk?kind=claim")
    expect(page.get_by_test_id("statement")).to_have_count(3)
    expect(page.get_by_test_id("search")).to_be_hidden()
    expect(page.get_by_test_id("chart")).to_be_visible()
    whole = page.get_by_role("link", name="Open on the record")
    expect(whole).to_have_attribute("href", "/t/kursk?kind=claim")

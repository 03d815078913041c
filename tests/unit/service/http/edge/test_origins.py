"""Which web pages may change something, and which may read."""

from __future__ import annotations

from typing import Any

from service.http.edge.origins import Origins
from service.http.requests import replace_headers
from tests.rows import each_row

OWN = Origins()
LISTED = Origins(["https://news.example", "http://localhost:3000"])
ANY = Origins(["*"])


def request(
    *origins: str, method: str = "POST", host: str = "record.example", scheme: str = "http"
) -> dict[str, Any]:
    headers = [(b"host", host.encode()), *((b"origin", origin.encode()) for origin in origins)]
    return {"method": method, "scheme": scheme, "headers": headers}


@each_row(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "http://record.example.evil.example",
        "http://evil.example:80",
        "http://record.example:8000",
        "ftp://record.example",
        "record.example",
        "https://news.example.evil.example",
    ],
)
def test_a_page_of_another_site_changes_nothing(origin: str) -> None:
    """Whatever it sends as its origin; it may ask for what it will not be shown."""
    assert OWN.is_foreign(request(origin))
    assert LISTED.is_foreign(request(origin))
    for method in ("PUT", "DELETE", "PATCH"):
        assert OWN.is_foreign(request(origin, method=method))
    for method in ("GET", "HEAD", "OPTIONS"):
        assert not OWN.is_foreign(request(origin, method=method))
    assert OWN.shared(request(origin)) == LISTED.shared(request(origin)) == []


@each_row(
    ("origin", "host"),
    [
        ("http://record.example", "record.example"),
        ("https://record.example", "record.example"),
        ("https://record.example", "Record.Example:443"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("http://[::1]", "[::1]:80"),
    ],
)
def test_our_own_page_may_do_everything(origin: str, host: str) -> None:
    """Its origin is the address that the request asked for, with the port that stands for it."""
    assert not OWN.is_foreign(request(origin, host=host))


def test_a_page_without_encryption_is_another_site() -> None:
    """Where a trusted proxy says that the request came by https: anybody on the way could have
    written a page of plain http."""
    assert OWN.is_foreign(request("http://record.example", scheme="https"))
    assert not OWN.is_foreign(request("https://record.example", scheme="https"))


def test_two_origins_are_none() -> None:
    """No browser sends two, so that none of them can be trusted."""
    assert OWN.is_foreign(request("http://record.example", "http://record.example"))
    assert not OWN.is_foreign(request())


def test_allowed_pages_may_call_and_read() -> None:
    """Of the sites in the setting; with `*` of every site, but then for nobody in particular."""
    asked = request("https://News.example")
    assert not LISTED.is_foreign(asked)
    assert dict(LISTED.shared(asked))[b"access-control-allow-origin"] == b"https://News.example"
    assert not ANY.is_foreign(request("null"))
    assert dict(ANY.shared(request("https://a.example")))[b"access-control-allow-origin"] == b"*"
    assert LISTED.shared(request()) == []


def test_a_preflight_of_an_allowed_page_is_answered() -> None:
    """Of no other one: it gets the usual refusal of a method."""
    asked = request("https://news.example", method="OPTIONS")
    assert LISTED.preflight(asked) is None
    wanted = (b"access-control-request-method", b"PUT")
    replace_headers(asked, [*asked["headers"], wanted])
    assert LISTED.preflight(asked) is not None
    assert OWN.preflight(asked) is None
    assert LISTED.preflight(asked | {"method": "GET"}) is None

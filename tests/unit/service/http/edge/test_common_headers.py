"""The headers of every answer."""

from __future__ import annotations

from typing import Any

from service.http.edge.common_headers import COMMON, PRIVATE, with_common_headers
from tests.rows import each_row


def whole(path: str, *headers: tuple[bytes, bytes], private: bool = False) -> dict[bytes, bytes]:
    scope: dict[str, Any] = {"path": path} | ({PRIVATE: True} if private else {})
    found = with_common_headers(scope, headers, [])
    assert len(dict(found)) == len(found), "a header is sent twice"
    return dict(found)


@each_row("path", ["/", "/v1/timelines", "/docs", "/page/x.js", "/no/such"])
def test_every_answer_has_them(path: str) -> None:
    """Whatever the path, and beside those that the answer has itself."""
    found = whole(path, (b"content-type", b"text/html"))
    assert found.items() >= dict(COMMON).items()
    assert found[b"content-type"] == b"text/html"


def test_other_sites_may_frame_an_embed_alone() -> None:
    """Under `require-corp` a frame needs that said of its document."""
    assert whole("/embed/t")[b"cross-origin-resource-policy"] == b"cross-origin"
    assert whole("/t/embed")[b"cross-origin-resource-policy"] == b"same-origin"


def test_vary_names_what_chooses_the_answer() -> None:
    """Credentials and origin where the answer may depend on them, and what it says itself."""
    own = (b"vary", b"Accept-Encoding, Origin")
    assert whole("/v1/timelines")[b"vary"] == (
        b"Accept, Accept-Encoding, Authorization, Cookie, Origin"
    )
    assert whole("/page/x.js", own)[b"vary"] == b"Origin, Accept-Encoding"
    assert b"Cookie" in whole("/t/kursk", own)[b"vary"]


def test_what_not_everyone_may_see_is_kept_by_nobody_else() -> None:
    """A cache that many share must not keep it, whatever the answer said otherwise."""
    public = (b"cache-control", b"public, max-age=31536000, immutable")
    assert whole("/v1/x", private=True)[b"cache-control"] == b"private"
    found = whole("/v1/x", public, private=True)[b"cache-control"]
    assert found == b"private, max-age=31536000, immutable"
    assert whole("/v1/x", public)[b"cache-control"] == public[1]

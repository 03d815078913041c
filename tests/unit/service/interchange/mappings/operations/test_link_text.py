"""Addresses as people paste them."""

from __future__ import annotations

from events.statement.wording import LINK
from service.interchange.mappings.operations.link_text import written_link
from tests.rows import each_row


@each_row(
    ("text", "link"),
    [
        ("https://example.org/a b/c.md", "https://example.org/a%20b/c.md"),
        ("https://example.org/Report (1).pdf", "https://example.org/Report%20(1).pdf"),
        ("HTTP://example.org/?a={b}|c", "HTTP://example.org/?a=%7Bb%7D%7Cc"),
        (
            "https://archive.example/https://example.org/a b",
            "https://archive.example/https://example.org/a%20b",
        ),
    ],
)
def test_signs_that_no_link_has_are_written_as_browsers_do(text: str, link: str) -> None:
    """The rule for links refuses the one and accepts the other."""
    assert written_link(text) == link
    assert not LINK.admits(text)
    assert LINK.admits(link)


@each_row(
    "text",
    [
        "https://example.org/a%20b",
        "https://example.org/a b https://example.org/c",
        "https://example.org/a\nhttps://example.org/c",
        "https://example.org/a (on page six)",
        "example.org/a b",
        "see the archive",
        "",
    ],
)
def test_what_is_no_single_address_stays(text: str) -> None:
    """A link that works is not touched; two addresses, a remark and words make none."""
    assert written_link(text) == text

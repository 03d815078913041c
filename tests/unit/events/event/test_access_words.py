"""The words of access."""

from __future__ import annotations

from events.event.access_words import GRANTEE, KEY_NAME, TIMELINES, grantee_of
from tests.rows import each_row


@each_row("name", ["desk", "0", "a.b_c-d", "a" * 63, "operator"])
def test_names_of_keys(name: str) -> None:
    """Up to 63 letters, digits, dots, hyphens and underscores."""
    assert KEY_NAME.admits(name)
    assert GRANTEE.admits(f"key:{name}")


@each_row("name", ["", "Desk", "-a", ".a", "a" * 64, "a b", "ä", "a\n", "anonymous"])
def test_what_is_no_name_of_a_key(name: str) -> None:
    """Other texts, and the author of what nobody in particular wrote."""
    assert not KEY_NAME.admits(name)
    assert not GRANTEE.admits(f"key:{name}")


@each_row(
    "grantee",
    ["everyone", "person:ann@example.org", "person:Ann.B+x%y_z@a-b.example", "group:News desk",
     "group:/editors", "group:правка"],
)  # fmt: skip
def test_grantees(grantee: str) -> None:
    """Everyone, people by their address and groups by their name."""
    assert GRANTEE.admits(grantee)
    assert len(grantee) <= GRANTEE.longest


@each_row(
    "grantee",
    ["", "Everyone", "anyone", "key:", "person:", "group:", "person:ann", "person:ann@",
     "person:änn@example.org", "person:a b@example.org", f"person:{'a' * 250}@b.example",
     "group:a\u200bb", f"group:{'g' * 201}", "everyone:", "robot:x", "person:ann@example.org\n"],
)  # fmt: skip
def test_what_nothing_can_be_granted_to(grantee: str) -> None:
    """Other kinds, and names that no key, person or group can have."""
    assert not GRANTEE.admits(grantee)


@each_row("pattern", ["*", "kursk", "desk-*", "k*", "a" * 63, f"{'a' * 63}*"])
def test_timelines_of_a_grant(pattern: str) -> None:
    """A name, a prefix with an asterisk, or all."""
    assert TIMELINES.admits(pattern)
    assert len(pattern) <= TIMELINES.longest


@each_row(
    "pattern", ["", "**", "*a", "a*b", "-*", "_access", "_*", "Kursk", "a,b", "a" * 64, "*\n"]
)
def test_what_no_grant_is_on(pattern: str) -> None:
    """An asterisk elsewhere, the service's own timelines, and what is no name."""
    assert not TIMELINES.admits(pattern)


def test_an_address_counts_in_lower_case() -> None:
    """A person's address is kept in lower case; names of keys and groups stay as they are."""
    assert grantee_of("person:Ann@Example.ORG") == "person:ann@example.org"
    assert grantee_of("group:Desk") == "group:Desk"

"""What the settings of the edge may be."""

from __future__ import annotations

import pytest

from service.settings.edge_values import (
    parse_root_path,
    parse_streams,
    parse_trusted_proxies,
)


def test_proxies_are_networks() -> None:
    """Single addresses are networks of one; bits beyond the mask are a slip that is reported."""
    networks = parse_trusted_proxies("127.0.0.1, 10.0.0.0/8,fd00::/8")
    assert networks == ("127.0.0.1/32", "10.0.0.0/8", "fd00::/8")
    assert parse_trusted_proxies("") == ()
    for wrong in ("10.0.0.1/8", "proxy.example", "*", "10.0.0.0/33", "a,,b"):
        with pytest.raises(ValueError, match="addresses or networks"):
            parse_trusted_proxies(wrong)


def test_a_root_path_is_a_plain_path() -> None:
    """A slash at its end is left out; what is no path, or one of ours, is refused."""
    assert [parse_root_path(text) for text in ("", "/", "/a", "/a/b.c/")] == [
        "",
        "",
        "/a",
        "/a/b.c",
    ]
    for wrong in ("a", "//a", "/a//b", "/a b", "/a?b", "/..", "/a/../b", "/ä", "https://x"):
        with pytest.raises(ValueError, match="must be a path"):
            parse_root_path(wrong)
    for own in ("/v1", "/t/desk", "/docs/"):
        with pytest.raises(ValueError, match="must not begin with"):
            parse_root_path(own)


def test_streams_are_a_number_or_without_a_limit() -> None:
    """None stands for as many as a caller likes."""
    assert [parse_streams(text) for text in ("1", "100", "off", "0")] == [1, 100, None, None]
    for wrong in ("-1", "many", "", "1.5"):
        with pytest.raises(ValueError, match="must be a number"):
            parse_streams(wrong)

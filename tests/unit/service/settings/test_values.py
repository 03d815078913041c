"""From text to setting."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.settings import values as values
from service.settings.values import is_loopback, mask_url, number_between
from tests.rows import each_row

ALL: list[Callable[[str], object]] = [
    values.parse_host,
    values.parse_folder,
    values.parse_redis_url,
    values.parse_switch,
    values.parse_origin,
    values.parse_seal_key,
    values.parse_allowed_hosts,
    values.parse_cors_origins,
    values.parse_server_url,
    values.parse_key,
    values.number_between(0, 65_535),
    values.one_of("console", "json"),
]
ANY = st.one_of(
    st.text(max_size=80),
    st.from_regex(r"(redis|rediss|unix|redis\+sentinel|https?)://[-a-z0-9@:,/?#=\[\]%. ]{0,40}"),
)


@given(parse=st.sampled_from(ALL), text=ANY)
def test_any_text_is_a_value_or_a_sentence(parse: Callable[[str], object], text: str) -> None:
    """No text makes anything but a value or a `ValueError` that ends like a sentence."""
    try:
        parse(text)
    except ValueError as error:
        assert str(error).endswith(".")


@given(address=st.ip_addresses(v=4))
def test_loopback_is_one_network(address: ipaddress.IPv4Address) -> None:
    """127.0.0.0/8 is loopback and no other IPv4 address is."""
    assert is_loopback(str(address)) == (int(address) >> 24 == 127)


@each_row(
    ("host", "expected"),
    [
        ("localhost", True), ("LOCALHOST", True), ("::1", True), ("0:0:0:0:0:0:0:1", True),
        ("127.255.0.3", True), ("0.0.0.0", False), ("::", False), ("::ffff:127.0.0.1", False),
        ("127.1", False), ("localhost.example.org", False), ("example.org", False), ("", False),
    ],
)  # fmt: skip
def test_loopback_by_name(host: str, *, expected: bool) -> None:
    """Only what every system binds to itself counts as loopback."""
    assert is_loopback(host) is expected


@given(low=st.integers(0, 99), more=st.integers(0, 99), number=st.integers(0, 300))
def test_numbers_keep_their_range(low: int, more: int, number: int) -> None:
    """A number is taken exactly when it is in the range, both ends included."""
    parse = number_between(low, low + more)
    if low <= number <= low + more:
        assert parse(str(number)) == number
    else:
        with pytest.raises(ValueError, match=f"from {low} to {low + more}"):
            parse(str(number))


@each_row("text", ["", " 8", "8 ", "+8", "-1", "8.0", "0x8", "٣", "1e3", "9" * 5000])
def test_a_number_is_digits(text: str) -> None:
    """What Python would also read as a number is not one here."""
    with pytest.raises(ValueError, match="whole number"):
        number_between(0, 65_535)(text)


@given(key=st.binary(min_size=32, max_size=32))
def test_a_seal_key_is_its_hex(key: bytes) -> None:
    """Either case of hex gives the bytes; a digit less or more does not."""
    assert values.parse_seal_key(key.hex()) == values.parse_seal_key(key.hex().upper()) == key
    for wrong in (key.hex()[1:], key.hex() + "0", " " + key.hex()[1:], key.hex() + "\n"):
        with pytest.raises(ValueError, match="64 hex digits") as caught:
            values.parse_seal_key(wrong)
        assert wrong.strip() not in str(caught.value)


@each_row(
    "url",
    [
        "redis://localhost", "redis://:p%40ss@10.0.0.1:6379/0", "rediss://user:x@redis.example:1",
        "redis://[::1]:6379", "unix:///run/redis.sock", "unix://user:x@/run/redis.sock?db=1",
        "redis+sentinel://a:26379,b:26379,c/main", "redis+cluster://a:7000,b:7001",
        "redis://redis_1:6379",
    ],
)  # fmt: skip
def test_a_redis_url_comes_back_as_written(url: str) -> None:
    """Each scheme's usual forms are taken, unchanged."""
    assert values.parse_redis_url(url) == url


@each_row(
    ("url", "says"),
    [
        ("", "must begin"), ("localhost:6379", "must begin"), ("http://localhost", "must begin"),
        ("redis:/localhost", "must begin"), ("valkey://localhost", "must begin"),
        ("redis://", "host or host:port"), ("redis://:hun/ter2@host", "percent-encoded"),
        ("redis://:hun#ter2@host", "percent-encoded"), ("redis://host:0", "host:port"),
        ("redis://host:65536", "host:port"), ("redis://host:x", "host:port"),
        ("redis://a,b", "several servers"), ("rediss://a,b", "rediss:// is for one"),
        ("redis+sentinel://a,,b/main", "host or host:port"),
        ("unix://run/redis.sock", "absolute path"), ("unix:///", "absolute path"),
        ("redis://host\n", "control characters"), ("redis://ho st", "spaces"),
    ],
)  # fmt: skip
def test_a_wrong_redis_url_is_reported_without_repeating_it(url: str, says: str) -> None:
    """Each wrong form gets its own advice, and no part of a password is in it."""
    with pytest.raises(ValueError, match=says) as caught:
        values.parse_redis_url(url)
    assert "ter2" not in str(caught.value)


@given(
    user=st.from_regex(r"[a-z0-9%]{0,8}", fullmatch=True),
    password=st.text(min_size=1, max_size=30),
    query=st.sampled_from(["", "?db=1", "?db=1&protocol=3"]),
    raw=st.booleans(),
)
def test_no_password_is_shown(user: str, password: str, query: str, *, raw: bool) -> None:
    """Whatever the password, as it should be written or not, the shown URL has stars for it."""
    if raw:
        assume(not set(password) & set("/?#"))
    written = password if raw else quote(password, safe="")
    shown = mask_url(f"redis://{user}:{written}@host:6379/0{query}")
    assert shown == f"redis://{user}:***@host:6379/0{query}"


@each_row(
    ("url", "shown"),
    [
        ("redis://host/0", "redis://host/0"),
        ("redis://user@host", "redis://user@host"),
        ("redis://host?password=x", "redis://host?password=***"),
        ("redis://host?db=1&p%61ss=x&y=2", "redis://host?db=1&p%61ss=***&y=2"),
        ("redis+sentinel://:a@h,i/m?sentinel_password=b", "redis+sentinel://:***@h,i/m?sentinel_password=***"),
        ("unix://u:p@/run/a:b@c.sock", "unix://u:***@/run/a:b@c.sock"),
    ],
)  # fmt: skip
def test_passwords_in_other_places_are_hidden_too(url: str, shown: str) -> None:
    """The query may carry passwords as well; what is no password stays readable."""
    assert mask_url(url) == shown


@each_row("text", ["onrecord.local", "a/b/c_d", "0-.", "example.org/x.y-z_"])
def test_an_origin(text: str) -> None:
    """What the audit's pattern allows is taken as it is."""
    assert values.parse_origin(text) == text


@each_row("text", ["", "A", "a/", "/a", "a//b", "a_b", "a b", "a\n", "ä", "a/B"])
def test_no_origin(text: str) -> None:
    """What its pattern does not allow is refused."""
    with pytest.raises(ValueError, match="lower-case letters"):
        values.parse_origin(text)


def test_lists() -> None:
    """Items are parted by commas, spaces around them are nothing, no text is no item."""
    assert values.parse_allowed_hosts("A.example, *.b.example") == ("a.example", "*.b.example")
    assert values.parse_allowed_hosts(" ") == values.parse_cors_origins("") == ()
    assert values.parse_cors_origins("https://a.example,http://[::1]:3000") == (
        "https://a.example",
        "http://[::1]:3000",
    )


@each_row("text", ["a,,b", "a,", "http://a", "a:80", "a.*", "*a", "a/b"])
def test_wrong_hosts(text: str) -> None:
    """A host with a scheme, a port, a path or a star inside would match no request."""
    with pytest.raises(ValueError, match="host names separated by commas"):
        values.parse_allowed_hosts(text)


@each_row("text", ["a", "https://a/", "https://a/b", "ftp://a", "https://", "null"])
def test_wrong_origins(text: str) -> None:
    """A web origin is a scheme, a host and perhaps a port: with more it would match no page."""
    with pytest.raises(ValueError, match="web origins separated by commas"):
        values.parse_cors_origins(text)


def test_a_folder_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Relative paths are seen from the current directory, `~` is the home."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/somebody")
    assert values.parse_folder("data") == tmp_path / "data"
    assert values.parse_folder("~/data") == Path("/home/somebody/data")
    for wrong in ("", "data\0", "data\udcff"):
        with pytest.raises(ValueError, match="must be the path of a folder"):
            values.parse_folder(wrong)


def test_a_server_url_has_no_slash_at_its_end() -> None:
    """Paths can be put behind it as they are; anything but an address is refused."""
    assert values.parse_server_url("https://a.example/x/") == "https://a.example/x"
    for wrong in ("a.example", "ftp://a", "http://", "http://u:p@a", "http://a?b", "http://[a"):
        with pytest.raises(ValueError, match="server's address"):
            values.parse_server_url(wrong)

"""What a URL of a Redis server says."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.log.redis.driver.address import read_address
from tests.rows import each_row

SCHEMES = ("redis", "rediss", "unix", "redis+sentinel", "redis+cluster")


@given(user=st.text(max_size=8), password=st.text(max_size=20), scheme=st.sampled_from(SCHEMES))
def test_credentials_come_as_they_are(user: str, password: str, scheme: str) -> None:
    """Whatever stands in a name or password, percent-encoded, is given to the driver unchanged."""
    written = f"{quote(user, safe='')}:{quote(password, safe='')}"
    host = "" if scheme == "unix" else "host"
    options = (
        read_address(f"{scheme}://{written}@{host}/path").options
        if scheme
        in (
            "unix",
            "redis+sentinel",
        )
        else read_address(f"{scheme}://{written}@{host}").options
    )
    assert options.get("username", "") == user
    assert options.get("password", "") == password


def test_each_kind_of_address() -> None:
    """Places with their ports, the database, TLS, the socket, and Sentinel's name for it all."""
    one = read_address("rediss://[::1]/3?ssl_ca_certs=/ca.pem&socket_timeout=9")
    assert one.hosts == (("::1", 6379),)
    assert one.options == {"db": 3, "ssl": True, "ssl_ca_certs": "/ca.pem"}
    socket = read_address("unix:///run/a%20b.sock?db=2")
    assert (socket.hosts, socket.options) == ((), {"unix_socket_path": "/run/a b.sock", "db": 2})
    several = read_address("redis+sentinel://a:1,b/desk/4?ssl=true")
    assert several.hosts == (("a", 1), ("b", 26379))
    assert (several.service, several.options) == ("desk", {"db": 4, "ssl": True})
    assert read_address("redis+cluster://a:7,b").hosts == (("a", 7), ("b", 6379))


def test_sentinels_have_a_password_of_their_own() -> None:
    """What is for the Sentinels is not given to the log's server, nor the other way."""
    given = read_address(
        "redis+sentinel://u:p@a/desk?sentinel_username=watch&sentinel_password=se%2Fcret"
    )
    assert given.access == {"username": "watch", "password": "se/cret"}
    assert given.options == {"db": 0, "username": "u", "password": "p"}


@each_row(
    ("url", "sentence"),
    [
        ("http://a", "begins with one of redis://"),
        ("redis://a?foo=bar", "has no option 'foo'"),
        ("redis://a?foo", "has no option 'foo'"),
        ("redis://a?sentinel_password=x", "has no option 'sentinel_password'"),
        ("redis+cluster://a?sentinel_password=x", "has no option 'sentinel_password'"),
        ("redis+cluster://a?ssl=yes", "'ssl' must be true or false"),
        ("redis://a?db=first", "'db' must be a whole number"),
        ("redis://a/first", "number of the database"),
        ("redis+sentinel://a/desk/first", "number of the database"),
        ("redis+sentinel://a", "name of the service"),
    ],
)
def test_what_nobody_knows_is_reported(url: str, sentence: str) -> None:
    """A slip is refused with what there is, and no value of it is repeated."""
    with pytest.raises(ValueError, match=sentence):
        read_address(url)

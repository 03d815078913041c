"""Bytes that are written past the server's layers."""

from service.http.outlet import chunk_of


def test_a_chunk_says_its_length_in_hexadecimal() -> None:
    """As RFC 9112 has it."""
    assert chunk_of(b"abc") == b"3\r\nabc\r\n"
    assert chunk_of(b"x" * 26) == b"1a\r\n" + b"x" * 26 + b"\r\n"

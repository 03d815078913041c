"""Signed notes and their keys: what is signed opens, what was touched does not."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.tlog.errors import BadKey, BadNote, UnknownSignature
from events.tlog.note import SignerKey, VerifierKey, open_note, sign_note
from tests.rows import each_row

P = 2**255 - 19
NAME = "onrecord.local/timelines/kursk"
ONE, TWO = SignerKey(NAME, bytes(32)), SignerKey(NAME, bytes(31) + b"\1")
TEXTS = st.text(st.characters(exclude_categories=["C"], include_characters="\n")).map("{}\n".format)

EIGHTH = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
"""The y of a point of order 8; that of the others is its negative."""


def vkey(key: bytes) -> str:
    key_hash = sha256(NAME.encode() + b"\n\1" + key).digest()[:4].hex()
    encoded = base64.b64encode(b"\1" + key).decode()
    return f"{NAME}+{key_hash}+{encoded}"


@given(TEXTS)
def test_what_two_keys_sign_opens_by_either(text: str) -> None:
    """A text with any empty lines in it opens by each of its signers, and by no stranger."""
    note = sign_note(text, [ONE, TWO]).encode()
    for known in ([ONE.verifier], [TWO.verifier], [ONE.verifier, TWO.verifier]):
        opened = open_note(note, known)
        assert (opened.text, list(opened.signed_by)) == (text, known)
    with pytest.raises(UnknownSignature) as error:
        open_note(note, [SignerKey("stranger", bytes(32)).verifier])
    assert str(ONE.verifier).startswith(error.value.signers[0])


@given(st.data())
def test_a_note_with_one_byte_changed_does_not_open(data: st.DataObject) -> None:
    """Any other byte anywhere in the note is noticed."""
    note = bytearray(sign_note("a\n\nb\n", [ONE]).encode())
    at = data.draw(st.integers(0, len(note) - 1))
    note[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises((BadNote, UnknownSignature)):
        open_note(bytes(note), [ONE.verifier])


def test_keys_are_written_and_read() -> None:
    """Both kinds of key survive their text; a signer key's text is in no error."""
    assert VerifierKey.parse(str(ONE.verifier)) == ONE.verifier
    assert SignerKey.parse(ONE.secret()).verifier == ONE.verifier
    for bad in (ONE.secret()[:-2], ONE.secret().replace("kursk", "other"), str(ONE.verifier)):
        with pytest.raises(BadKey) as error:
            SignerKey.parse(bad)
        assert bad[-20:] not in str(error.value)


@each_row("sign", [0, 1])
@each_row("y", [0, 1, P - 1, EIGHTH, P - EIGHTH, P, P + 1])
def test_a_key_of_low_order_is_refused(y: int, sign: int) -> None:
    """The points of low order, in any spelling, pin nothing."""
    with pytest.raises(BadKey):
        VerifierKey.parse(vkey((y | sign << 255).to_bytes(32, "little")))


def test_what_is_no_point_is_refused() -> None:
    """Of arbitrary bytes about half are no point of the curve, and those are no keys."""
    refused = 0
    for number in range(2, 102):
        try:
            VerifierKey.parse(vkey(number.to_bytes(32, "little")))
        except BadKey:
            refused += 1
    assert 25 < refused < 75


@each_row("text", ["", "a", "a\tb\n", "a\r\n"])
def test_what_cannot_be_a_note_is_not_signed(text: str) -> None:
    """A text ends with a line feed and holds no other control character."""
    with pytest.raises(BadNote):
        sign_note(text, [ONE])


@each_row("name", ["", "a b", "a+b", "a\n"])
def test_what_cannot_be_a_name_names_no_key(name: str) -> None:
    """A key's name has no spaces, no plus and is not empty."""
    with pytest.raises(BadKey):
        SignerKey(name, bytes(32))


def test_a_note_beyond_its_limits_is_refused() -> None:
    """Neither a huge note nor many signatures are looked at."""
    with pytest.raises(BadNote, match="bytes"):
        open_note(sign_note("a" * 1_000_000 + "\n", [ONE]).encode(), [ONE.verifier])
    with pytest.raises(BadNote, match="signatures"):
        open_note(sign_note("a\n", [ONE] * 101).encode(), [ONE.verifier])

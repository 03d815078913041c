"""Lines are cut where their bytes were put together, and nothing else is a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.audit.line import cut
from events.event.codec import Codec
from events.event.envelope import StoredEvent, line_of
from events.tlog.errors import BadLine
from tests.histories import CODEC, History
from tests.rows import each_row

_text = st.text(min_size=1, max_size=40).filter(str.strip)
QUOTES = ',"salt":"00112233445566778899aabbccddeeff","data":{}} \\",\\"salt\\":'


@given(text=_text | st.just(QUOTES), redacted=st.none() | st.integers(1, 10**15))
def test_a_line_is_cut_into_the_bytes_that_were_stored(text: str, redacted: int | None) -> None:
    """Whatever the text holds, a line gives back header, salt and data, or the redaction."""
    history = History()
    history.open(text)
    stored = history.entries[0]
    assert cut(line_of(stored)).stored(1) == stored
    gone = StoredEvent(1, stored.header, None, None, redacted)
    assert cut(line_of(gone)).stored(1) == gone


@given(line=st.binary(max_size=200))
def test_no_other_bytes_are_a_line(line: bytes) -> None:
    """Bytes at random end in an error of ours, or are put together again as they came."""
    try:
        found = cut(line)
    except BadLine:
        return
    assert line_of(found.stored(1)) == line


@each_row(
    "line",
    [
        b"",
        b"{}",
        b'{"a":1,"salt":"0011","data":{}}',
        b'{"a":1,"salt":"00112233445566778899AABBCCDDEEFF","data":{}}',
        b'{"a":1,"salt":"00112233445566778899aabbccddeeff","data":{}',
        b'{"a":1,"salt":"00112233445566778899aabbccddeeff","data":{}} ',
        b'{"a":1,"salt":"00112233445566778899aabbccddeeff", "data":{}}',
        b'{"a":1,"redacted":0}',
        b'{"a":1,"redacted":01}',
        b'{"a":1,"redacted":"7"}',
        b'{"a":1,"redacted":7,"data":{}}',
        b'{"a":1,"missing":false}',
    ],
)
def test_nearly_a_line_is_none(line: bytes) -> None:
    """Spaces, other members, other spellings of salt and revision: refused."""
    with pytest.raises(BadLine):
        cut(line)


def test_the_codec_of_who_has_no_key_opens_by_the_digest_alone() -> None:
    """What a line was cut into opens without the seal's key, and nothing can be sealed so."""
    history = History()
    history.open("Kursk")
    stored = cut(line_of(history.entries[0])).stored(1)
    assert Codec(None).open(stored) == CODEC.open(stored)

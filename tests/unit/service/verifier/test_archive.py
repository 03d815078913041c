"""The reader of archives: sizes as different tars write them."""

from __future__ import annotations

import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.verifier import archive, bundle
from service.verifier.archive import BadArchive
from tests.rows import each_row

LONG = 8 * 1024**3


@given(size=st.one_of(st.integers(0, 2**50), st.sampled_from([LONG - 1, LONG, LONG + 1])))
def test_any_size_is_read_as_the_bundle_writes_it(size: int) -> None:
    """A member of 8 GiB and more has its size in a header that the writer chose and the reader
    knows, as has a shorter one."""
    entry = bundle._entry("kursk/events.ndjson", size)
    head = entry.tobuf(format=bundle._format(size))
    assert len(head) == archive.BLOCK
    assert archive._head(head) == ("kursk/events.ndjson", size, b"0")
    assert (bundle._format(size) == tarfile.USTAR_FORMAT) == (size < LONG)


@each_row("field", [b"", b"12x", b"89", b"\xff" + bytes(10) + b"\x01"])
def test_a_number_that_is_none_is_refused(field: bytes) -> None:
    """Neither letters nor a negative number of base 256 pass for a size."""
    with pytest.raises(BadArchive):
        archive._size(field)

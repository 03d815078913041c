"""The text of a checkpoint."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.tlog.checkpoint import SignedCheckpoint, origin_of
from events.tlog.errors import BadNote
from tests.rows import each_row

ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_written(size: int, root: bytes) -> None:
    """Every head survives its text, extension lines too."""
    for extensions in ((), ("one", "two")):
        checkpoint = SignedCheckpoint(origin_of("onrecord.local", "kursk"), size, root, extensions)
        assert SignedCheckpoint.parse(checkpoint.text()) == checkpoint


@each_row(
    "text",
    ["", "a\n", f"a\n1\n{ROOT}", f"\n1\n{ROOT}\n", f"a\n01\n{ROOT}\n", f"a\n-1\n{ROOT}\n",
     f"a\n+1\n{ROOT}\n", f"a\n١\n{ROOT}\n", f"a\n{2**63}\n{ROOT}\n", f"a\n1\n{ROOT[:-1]}\n",
     f"a\n1\n{ROOT[:-4]}\n", f"a\n1\n{ROOT[:-2]}V=\n", f"a\n1\né{ROOT}\n", f"a\n1\n{ROOT}\n\n"],
)  # fmt: skip
def test_what_is_spelled_otherwise_is_no_checkpoint(text: str) -> None:
    """A head has one spelling: everything else is refused."""
    with pytest.raises(BadNote):
        SignedCheckpoint.parse(text)

"""The end of a statement's JSON."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from projections.queries.shown.tails import Tail, as_recorded, whole


@given(st.integers(1, 2**53), st.text())
def test_as_recorded_is_the_whole_of_a_statement_of_which_nothing_follows(
    revision: int, text: str
) -> None:
    """Whatever its content has in it."""
    shown = b'{"text":"%b :0 %%d"}' % text.encode()
    tail = Tail(revision=revision, changed=revision)
    assert as_recorded(shown, revision) == whole(shown, tail)

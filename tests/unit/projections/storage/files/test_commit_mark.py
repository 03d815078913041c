"""What tells readers that a file has changed."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from projections.storage.files.commit_mark import CommitMark


def test_a_transaction_changes_the_number() -> None:
    """Whether or not it succeeds, the number before it is no longer the number, nor is it again;
    during it there is none. The numbers of other files stay."""
    numbers = [0, 0, 0]
    mark = CommitMark(numbers, 1)
    seen = [mark.settled]
    with mark.changing():
        assert mark.settled is None
    seen.append(mark.settled)
    with pytest.raises(OSError, match="full"), mark.changing():
        raise OSError("full")
    seen.append(mark.settled)
    assert None not in seen
    assert len({*seen}) == len(seen)
    assert (numbers[0], numbers[2]) == (0, 0)


def test_a_writer_that_was_killed_leaves_no_number() -> None:
    """Its file may have changed or not. The next transaction settles it, with a number of its
    own."""
    numbers = [4]
    mark = CommitMark(numbers)
    killed = ExitStack()
    killed.enter_context(mark.changing())
    found = [mark.settled]
    with CommitMark(numbers).changing():
        found.append(mark.settled)
    found.append(mark.settled)
    assert found[:2] == [None, None]
    assert found[2] not in (None, 4)

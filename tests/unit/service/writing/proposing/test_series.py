"""The series of proposals of one content."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from events.event.envelope import Subject, proposal_subject
from events.log.memory import MemoryLog
from service.writing.proposing.series import ProposalSeries


class Counted(MemoryLog):
    """A log that has the first `length` proposals of a series, and counts what it is asked."""

    def __init__(self, length: int) -> None:
        super().__init__(itertools.count(1).__next__)
        self.calls = 0
        series = ProposalSeries(self, "_proposals.kursk", "ann", "content")
        self._there = {proposal_subject(series.id(n)) for n in range(length)}

    async def revisions(self, timeline: str, subjects: Sequence[Subject]) -> list[int]:
        self.calls += 1
        assert timeline == "_proposals.kursk"
        return [int(subject in self._there) for subject in subjects]


@pytest.mark.parametrize("length", [0, 1, 2, 3, 7, 8, 100, 2_047, 2_048, 5_000])
async def test_its_length_is_found_in_a_few_calls(length: int) -> None:
    """However many there are: one call where there are none or one."""
    log = Counted(length)
    assert await ProposalSeries(log, "_proposals.kursk", "ann", "content").length() == length
    assert log.calls <= 1 + length.bit_length()
    assert length > 1 or log.calls == 1


def test_a_series_is_of_one_author_and_one_content() -> None:
    """No two have an id in common."""
    log = MemoryLog(lambda: 0)
    names = [(t, a, c) for t in ("s", "t") for a in ("ann", "bob") for c in ("x", "y")]
    ids = {ProposalSeries(log, *name).id(n) for name in names for n in range(3)}
    assert len(ids) == 3 * len(names)

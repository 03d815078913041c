"""A series: the proposals of one content by one author; at most the last one waits.

While a proposal waits, proposing the same content again returns it. Once it is decided, the content
may be proposed again, as the next proposal of the series. The ids of a series are derived from the
content and a number, so the log gives each number to one proposal only, even if several equal
requests come at once.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from events.event.envelope import proposal_subject
from events.log.contract import Log

__all__ = ["ProposalSeries"]

_NAMESPACE: Final = UUID("b0a4c6de-52c1-5f0a-9a0e-6f4d8e3b7c15")
_ENDLESS: Final = 2**63
_STEPS: Final = 12


class ProposalSeries:
    """The series of a content, on the timeline of proposals. `content` is a fingerprint that
    reveals nothing to anyone without the service's key, because the ids outlive a redaction of the
    text."""

    def __init__(self, log: Log, timeline: str, author: str, content: str) -> None:
        self._log = log
        self._timeline = timeline
        self._name = f"{timeline}\n{author}\n{content}"

    def id(self, number: int) -> str:
        """The id of the proposal with that number, from 0 on."""
        return str(uuid5(_NAMESPACE, f"{self._name}\n{number}"))

    async def length(self) -> int:
        """How many proposals the series has. It looks in steps that double, so that it takes few
        calls however long the series is: a number exists only if all before it do. Raises
        LogError."""
        low, high = 0, _ENDLESS
        while low < high:
            asked = [n for k in range(_STEPS) if (n := low + 2**k - 1) < high]
            subjects = [proposal_subject(self.id(n)) for n in asked]
            revisions = await self._log.revisions(self._timeline, subjects)
            for n, revision in zip(asked, revisions, strict=True):
                if not revision:
                    high = n
                    break
                low = n + 1
        return low

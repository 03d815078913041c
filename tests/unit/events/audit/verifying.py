"""Lines of a history, and their verification by the checkpoints that were signed of it."""

from __future__ import annotations

from events.audit.verification import Verification
from tests.audits import signed

Lines = list[bytes]


def verify(lines: Lines, *roots: Lines, timeline: str = "kursk") -> Verification:
    """The lines held against the roots over these."""
    verification = Verification(timeline, [signed(root) for root in roots])
    for line in lines[: verification.size]:
        verification.add(line)
    verification.finish()
    return verification


def with_line(lines: Lines, revision: int, line: bytes) -> Lines:
    return [*lines[: revision - 1], line, *lines[revision:]]

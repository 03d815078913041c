"""The names of timelines: those that callers open, and the service's own, which nobody opens.

The service's own begin with `_`: `_access` has the events about keys and grants, and
`_proposals.<t>` the proposals for the timeline `<t>`. They are read like any other, by those who
may.
"""

from __future__ import annotations

import re
from typing import Final

from events.statement.wording import TIMELINE, TIMELINE_PATTERN, Wording

__all__ = ["ACCESS_TIMELINE", "ANY_TIMELINE", "ANY_TIMELINE_PATTERN", "PROPOSALS", "is_reserved"]

ACCESS_TIMELINE: Final = "_access"
"""The timeline of the events about keys and grants."""

PROPOSALS: Final = "_proposals."
"""The prefix that turns a timeline's name into the name of the timeline of its proposals."""

ANY_TIMELINE_PATTERN: Final = (
    rf"(?:{ACCESS_TIMELINE}|(?:{re.escape(PROPOSALS)})?{TIMELINE_PATTERN})"
)
_any = re.compile(ANY_TIMELINE_PATTERN).fullmatch
ANY_TIMELINE: Final = Wording(
    TIMELINE.rule,
    len(PROPOSALS) + TIMELINE.longest,
    lambda text: _any(text) is not None,
    {"pattern": f"^{ANY_TIMELINE_PATTERN}$"},
)
"""A name that a timeline may have: one that callers open, or one of the service's own."""


def is_reserved(timeline: str) -> bool:
    """Whether the name is one of the service's own."""
    return timeline.startswith("_")

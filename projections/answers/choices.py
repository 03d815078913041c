"""The fixed words that fields and parameters choose from, in queries and in answers."""

from __future__ import annotations

from typing import Literal

__all__ = ["Direction", "Every", "Match", "Order", "Standing", "StatementClock"]

Standing = Literal["asserted", "corroborated", "disputed", "superseded", "retracted"]
"""What follows for a statement from others about it, in ascending strength."""

Direction = Literal["out", "in"]
"""Whether the statement that shows a relation is its source or its target."""

Match = Literal["possible", "certain"]
"""Whether a vague date may lie in a window, or must."""

Order = Literal["occurred", "-occurred", "said", "-said", "recorded", "-recorded"]
"""The clock by which a list is sorted; with a minus, the latest come first."""

Every = Literal["year", "month", "week", "day"]
"""The length of a bucket."""

StatementClock = Literal["occurred", "said", "recorded"]
"""The clock by which a statement is counted."""

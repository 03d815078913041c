"""The few words that a field or a parameter chooses from, in questions and in answers."""

from __future__ import annotations

from typing import Literal

__all__ = ["Direction", "Every", "Match", "Order", "Standing", "StatementClock"]

Standing = Literal["asserted", "corroborated", "disputed", "superseded", "retracted"]
"""What a statement is worth by the others, in ascending strength."""

Direction = Literal["out", "in"]
"""Whether the statement that shows a relation is its beginning or its target."""

Match = Literal["possible", "certain"]
"""Whether a vague date may lie in a window, or must."""

Order = Literal["occurred", "-occurred", "said", "-said", "recorded", "-recorded"]
"""By which clock a list is sorted; with a minus, the latest first."""

Every = Literal["year", "month", "week", "day"]
"""The length of a bucket."""

StatementClock = Literal["occurred", "said", "recorded"]
"""By which of its three times a statement is counted."""

"""How many examples a property tries, by the cost of an example."""

from __future__ import annotations

from typing import Final

from hypothesis import settings

__all__ = ["COSTLY", "examples", "of"]


def examples(share: float, least: int = 10) -> settings:
    """A share of the profile's examples, so that a profile with more has more of these too."""
    return settings(max_examples=max(least, round(settings().max_examples * share)))


COSTLY: Final = examples(1 / 5)
"""For a property whose examples are histories, each folded into a database of its own."""


def of(many: int) -> int:
    """How many of so many a test tries: two fifths at a desk, all in CI."""
    return min(many, many * settings().max_examples // 100)

"""How long a property looks for a counterexample, by what an example costs."""

from __future__ import annotations

from typing import Final

from hypothesis import settings

__all__ = ["COSTLY"]

_FEWEST = 20

COSTLY: Final = settings(max_examples=max(_FEWEST, settings().max_examples // 5))
"""For a property whose examples are histories, each folded into a database of its own: a fifth of
the profile's examples. A profile with more of them has more of these too."""

"""How many examples a property tries, by the cost of an example."""

from __future__ import annotations

from typing import Final

from hypothesis import settings

__all__ = ["COSTLY"]

_FEWEST = 20

COSTLY: Final = settings(max_examples=max(_FEWEST, settings().max_examples // 5))
"""For a property whose examples are histories, each folded into a database of its own: a fifth of
the profile's examples. A profile with more examples has more of these too."""

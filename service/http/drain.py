"""The end of the connections of a server that is being replaced."""

from __future__ import annotations

import asyncio

__all__ = ["Drain"]


class Drain:
    """Ends the connections of a server that accepts no further ones: each is closed with the answer
    to the request that is under way, or to the next one. If it were closed at once, a request sent
    at that moment would be lost."""

    def __init__(self) -> None:
        self.done = asyncio.Event()
        """Set once no connection is left."""

    def left(self, number: int) -> None:
        if not number:
            self.done.set()

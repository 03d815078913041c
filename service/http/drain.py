"""The end of the connections of a server that is being replaced."""

from __future__ import annotations

import asyncio

__all__ = ["Drain"]


class Drain:
    """Ends the connections of a server that accepts no more. Each is closed after the answer to its
    present or next request: if it were closed at once, a request sent at that moment would be
    lost."""

    def __init__(self) -> None:
        self.done = asyncio.Event()
        """Set once no connection is left."""

    def left(self, number: int) -> None:
        if not number:
            self.done.set()

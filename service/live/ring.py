"""The last frames of a timeline, for those who are a little behind."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from service.live.frames import Frame

__all__ = ["Ring"]


class Ring:
    """Every frame behind the revision `since`, as far as they fit. Frames are added in order."""

    def __init__(self, since: int) -> None:
        self.since = since
        self._frames: deque[Frame] = deque()
        self._size = 0

    def add(self, frames: Sequence[Frame], most: int) -> None:
        """Keep these too, and as many of the earlier ones as make `most` bytes with them."""
        self._frames.extend(frames)
        self._size += sum(len(frame.rest) for frame in frames)
        while self._size > most:
            dropped = self._frames.popleft()
            self._size -= len(dropped.rest)
            self.since = dropped.revision

    def behind(self, revision: int, most: int) -> list[Frame] | None:
        """The first frames behind `revision`: one at least if there is any, and no more than
        make `most` bytes. None where the ring does not reach back so far."""
        if revision < self.since:
            return None
        found: list[Frame] = []
        left = most
        for index in range(self._index(revision), len(self._frames)):
            frame = self._frames[index]
            left -= len(frame.rest)
            if found and left < 0:
                break
            found.append(frame)
        return found

    def clear(self, since: int) -> None:
        """Forget everything; it goes on behind `since`."""
        self._frames.clear()
        self._size = 0
        self.since = since

    def _index(self, revision: int) -> int:
        """The place of the first frame behind `revision`: revisions have no gaps."""
        return max(0, revision - self._frames[0].revision + 1) if self._frames else 0

"""A cache of answers in one process, so that a repeated request needs no query.

A cached answer is valid as long as the read model is the same file and the timeline has the same
redactions, because only a redaction changes the past. An answer about the head also needs the same
head. All of this is compared with the read model itself for each request, so validity does not
depend on whether a message from the keeper has arrived yet.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final, NamedTuple

from events.errors import OnrecordError
from projections.queries.timelines import FoldedState, state_of, timeline_at
from projections.storage.read_model import ReadModel

__all__ = ["ROOM", "AnswerCache", "AnswerKey", "CachedAnswer"]

ROOM: Final = 8 << 20
"""The most bytes of cached answers in a process."""

_LARGEST: Final = 16
"""The largest answer that is cached is the room divided by this."""
_NOTED: Final = 4_096
"""At least this many of the last requests are remembered."""
_BESIDE: Final = 1_000
"""About how many bytes an answer takes beside its body and its address."""


class AnswerKey(NamedTuple):
    """Everything in a request that its answer depends on. The state of the read model is not part
    of it; nor is whether the caller may read the timeline, since only callers who may are answered
    from the cache."""

    path: bytes
    query: bytes
    accept: tuple[bytes, ...]
    origin: tuple[bytes, ...]
    packed: bool
    """Whether the caller accepts gzip."""


class CachedAnswer(NamedTuple):
    """A complete answer with the status 200; `template` is the template of its route's path."""

    template: str
    tag: str
    headers: list[tuple[bytes, bytes]]
    body: bytes


class _Timeline:
    """The keys of the cached answers about a timeline that are valid in one state of it, in one
    `file`."""

    def __init__(self, state: FoldedState, file: object) -> None:
        self.state = state
        self.file = file
        self.of_head: set[AnswerKey] = set()
        self.of_past: set[AnswerKey] = set()


class AnswerCache:
    """Keeps answers up to `room` bytes; beyond it the least recently used are dropped. Used by one
    event loop."""

    def __init__(self, read_model: ReadModel, room: int = ROOM) -> None:
        self._read_model = read_model
        self._room = room
        self._answers: OrderedDict[AnswerKey, tuple[str, CachedAnswer]] = OrderedDict()
        self._timelines: dict[str, _Timeline] = {}
        self._asked: set[int] = set()
        self._asked_before: set[int] = set()
        self.size = 0
        """The bytes of all cached answers."""

    def head(self, timeline: str) -> int:
        """The timeline's last revision, 0 if there is none. Drops its outdated answers."""
        reader = self._read_model.reader_of(timeline)
        try:
            ref = timeline_at(reader, timeline)
            held = self._timelines.get(timeline)
            if held is not None and reader.memory is not held.file:
                self.forget(timeline)
            elif held is not None and (ref is None or held.state.revision != ref.revision):
                self._move(timeline, held, state_of(reader, timeline))
        except OnrecordError:  # the query itself meets the error again, and reports it
            self.forget()
            return 0
        return 0 if ref is None else ref.revision

    def is_asked_again(self, key: AnswerKey) -> bool:
        """Whether the same was asked recently, by anybody and in any state, so that the answer is
        worth keeping. From now on it was."""
        number = hash(key)
        if number in self._asked:
            return True
        if len(self._asked) >= _NOTED:
            self._asked_before, self._asked = self._asked, set()
        self._asked.add(number)
        return number in self._asked_before

    def find(self, key: AnswerKey) -> CachedAnswer | None:
        """The cached answer, or None. The caller must have called `head` just before."""
        found = self._answers.get(key)
        if found is None:
            return None
        self._answers.move_to_end(key)
        return found[1]

    def add(self, key: AnswerKey, timeline: str, head: int, at: int, answer: CachedAnswer) -> None:
        """Keep an answer that is valid for the revision `at` and was made while `head` was the last
        one. If anything was folded during that, the answer is not cached."""
        size = _size_of(key, answer)
        if size * _LARGEST > self._room or self.head(timeline) != head:
            return
        self._drop(key)
        held = self._timelines.get(timeline)
        if held is None:
            reader = self._read_model.reader_of(timeline)
            state = state_of(reader, timeline)
            if state is None or state.revision != head:
                return
            held = self._timelines[timeline] = _Timeline(state, reader.memory)
        (held.of_head if at == head else held.of_past).add(key)
        self._answers[key] = (timeline, answer)
        self.size += size
        while self.size > self._room:
            self._drop(next(iter(self._answers)))

    def moved(self, folded: Mapping[str, int]) -> None:
        """Drop the outdated answers about these timelines, which were folded further."""
        for timeline in folded:
            if timeline in self._timelines:
                self.head(timeline)

    def forget(self, timeline: str | None = None) -> None:
        """Drop every answer about the timeline, or about all."""
        if timeline is None:
            self._answers.clear()
            self._timelines.clear()
            self.size = 0
            return
        held = self._timelines.pop(timeline, None)
        for key in () if held is None else held.of_head | held.of_past:
            self._drop(key)

    def _move(self, timeline: str, held: _Timeline, state: FoldedState | None) -> None:
        if state is None or state.redactions != held.state.redactions:
            self.forget(timeline)
            return
        held.state = state
        for key in list(held.of_head):
            self._drop(key)

    def _drop(self, key: AnswerKey) -> None:
        found = self._answers.pop(key, None)
        if found is None:
            return
        timeline, answer = found
        self.size -= _size_of(key, answer)
        held = self._timelines.get(timeline)
        if held is not None:
            held.of_head.discard(key)
            held.of_past.discard(key)
            if not held.of_head and not held.of_past:
                del self._timelines[timeline]


def _size_of(key: AnswerKey, answer: CachedAnswer) -> int:
    headers = sum(map(len, (*key.accept, *key.origin)))
    return len(answer.body) + len(key.path) + len(key.query) + headers + _BESIDE

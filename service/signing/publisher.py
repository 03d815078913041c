"""The publisher sends signed heads through the log to the services that have no key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from events.audit.publication import Publication, seal_publication
from events.event.codec import Codec
from events.log.contract import Log, partition_of
from service.signing.heads import SignedHeads

__all__ = ["Publisher"]


class Publisher:
    """Publishes the heads in `heads`: all of them first, then the new ones."""

    def __init__(self, log: Log, codec: Codec, heads: SignedHeads) -> None:
        self._log = log
        self._codec = codec
        self._heads = heads
        self._waiting = set(heads.all())

    def begin_again(self) -> None:
        """Publish all heads again, because the log may have lost them."""
        self._waiting = set(self._heads.all())

    def add(self, timelines: Iterable[str]) -> None:
        """Publish the new heads of these timelines next time."""
        self._waiting.update(timelines)

    async def publish(self) -> None:
        """Publish all heads that are new since the last call. Raises what `Log.publish` raises;
        heads that were not published then are published next time."""
        waiting = self._waiting
        due: defaultdict[int, dict[str, bytes]] = defaultdict(dict)
        for timeline in waiting:
            head = self._heads.all()[timeline]
            sealed = seal_publication(self._codec, timeline, Publication(head.note, head.keys))
            due[partition_of(timeline, self._log.identity.partitions)][timeline] = sealed
        for partition, some in due.items():
            await self._log.publish(partition, some)
            waiting.difference_update(some)

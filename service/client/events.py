"""The calls that read events, as values or as the exact lines of the log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager

from service.client.reading import MOST, parameters_of
from service.client.transport.connection import Connection, EventLines, ServerAnswer, path_of
from service.messages.events import ShownEvent
from service.messages.pages import EventsPage

__all__ = ["EventCalls"]


class EventCalls:
    """All raise what `service.client.errors` lists."""

    _connection: Connection

    async def events(
        self,
        timeline: str,
        *,
        after: int = 0,
        limit: int | None = None,
        subject: Sequence[str] = (),
        type: Sequence[str] = (),  # noqa: A002 - the parameter's own name
    ) -> ServerAnswer[EventsPage[ShownEvent]]:
        """Events after revision `after`, in order."""
        asked = parameters_of(after=after, limit=limit) + _wanted(subject, type)
        return await self._connection.get(
            path_of(timeline, "events"), EventsPage[ShownEvent], asked
        )

    async def every_event(
        self,
        timeline: str,
        *,
        after: int = 0,
        subject: Sequence[str] = (),
        type: Sequence[str] = (),  # noqa: A002 - the parameter's own name
    ) -> AsyncIterator[ShownEvent]:
        """Events after revision `after` up to the head, page by page with `next_after`."""
        reached: int | None = after
        while reached is not None:
            page = (
                await self.events(timeline, after=reached, limit=MOST, subject=subject, type=type)
            ).value
            for item in page.items:
                yield item
            reached = page.next_after

    def event_lines(
        self,
        timeline: str,
        *,
        after: int = 0,
        limit: int | None = None,
        subject: Sequence[str] = (),
        type: Sequence[str] = (),  # noqa: A002 - the parameter's own name
    ) -> AbstractAsyncContextManager[EventLines]:
        """Events after `after` up to the head as exact lines, which are read as the caller
        iterates.

        Leaving the context closes the connection, so that nothing further is transferred.
        """
        asked = parameters_of(after=after, limit=limit) + _wanted(subject, type)
        return self._connection.stream(path_of(timeline, "events"), asked)

    async def event(self, timeline: str, revision: int) -> ServerAnswer[ShownEvent]:
        """The event with that revision."""
        return await self._connection.get(path_of(timeline, "events", str(revision)), ShownEvent)


def _wanted(subjects: Sequence[str], types: Sequence[str]) -> list[tuple[str, str]]:
    return [("subject", item) for item in subjects] + [("type", item) for item in types]

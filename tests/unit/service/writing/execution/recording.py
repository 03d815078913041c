"""What the tests of recorded statements share: a writer, and what is answered to a repetition."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.messages.write_results import Recorded
from service.writing.execution.command import CommandResult
from tests.writers import Writer, open_writer, said


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    """A writer on a timeline that holds the statement `old` at revision 2."""
    async with open_writer(tmp_path) as opened:
        await opened.open()
        await opened.record(said("old"))
        yield opened


def repeated(done: CommandResult) -> CommandResult:
    """The answer that a repetition of the same request must give."""
    items = tuple(
        Recorded(item.id, item.event_id, item.revision, duplicate=True) for item in done.items
    )
    return CommandResult(items, done.revision)

"""What the commands are executed on, unless a module has a writer of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from events.statement.statement import Source
from tests.writers import Writer, open_writer, said


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    """A writer on a timeline with the statements `a` and `b` at the revisions 2 and 3."""
    async with open_writer(tmp_path) as opened:
        await opened.open()
        await opened.record(said("a", sources=(Source(id="article", title="x"),)), said("b"))
        yield opened

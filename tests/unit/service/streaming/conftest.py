"""The stage on which live streams are tested."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.service.streaming.stage import Stage
from tests.writers import open_writer


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.projector.progress.wait_for("kursk", 1)
        opened = Stage(writer)
        yield opened
        await opened.live.shut()

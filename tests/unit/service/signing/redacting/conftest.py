"""A log whose redactions are removed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.signing.redacting import redactor as module
from tests.unit.service.signing.redacting.scenes import Scene
from tests.writers import open_writer, said


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    monkeypatch.setattr(module, "_FIRST_DELAY", 0.001)
    monkeypatch.setattr(module, "_MOST_DELAY", 0.001)
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.record(said("a"), said("b"), said("c"))
        yield Scene(writer)

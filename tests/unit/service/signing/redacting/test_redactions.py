"""Which redactions are still to be carried out."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.event.types import StatementRedacted
from events.log.contract import partition_of
from projections import queries
from service.signing.redacting.redactions import Redactions
from tests.writers import open_writer, said


async def test_another_history_is_looked_at_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was known or done of the one before is forgotten, though nothing was folded since."""
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.record(said("a"))
        done = await writer.do("a", StatementRedacted(revisions=(2,), reason="court"))
        await writer.projector.progress.wait_for("kursk", done.revision)
        partitions = len(writer.read_model.files)
        redactions = Redactions(writer.read_model, partitions)
        [due] = redactions.due()
        for those in (redactions.removed, redactions.done, redactions.odd):
            those.add(due)
        assert redactions.due() == []
        monkeypatch.setattr(queries, "list_redactions", lambda _: [])
        redactions.reset(partition_of("kursk", partitions))
        assert redactions.came.is_set()
        assert redactions.due() == []
        assert redactions.removed | redactions.done | redactions.odd == set()

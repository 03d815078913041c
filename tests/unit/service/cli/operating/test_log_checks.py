"""How `doctor` tells how far the read model is."""

from __future__ import annotations

from pathlib import Path

from service.cli.operating import log_checks
from service.settings.settings import Settings
from tests.histories import History
from tests.unit.projections.ledger.kept_ledger import Held


async def test_a_read_model_is_behind_by_so_many_events(tmp_path: Path) -> None:
    """One that is not there yet, or behind, is well; it fails where another log, or other events,
    were folded."""
    history = History()
    history.open()
    history.record("a")
    settings = Settings(data_dir=tmp_path, log_format="json", given_by={})
    log = Held(history.entries)

    async def told() -> tuple[str, str]:
        check = await log_checks._read_model(log, settings)
        return check.verdict, check.detail

    verdict, detail = await told()
    assert verdict == "ok"
    assert detail.startswith("There is no read model yet")
    history.store(tmp_path).close()
    assert await told() == ("ok", "folded up to the head of the log")
    log = Held([*history.entries, history.entries[0]])
    assert await told() == ("ok", "1 event behind the log")
    log = Held([*history.entries, *history.entries])
    assert await told() == ("ok", "2 events behind the log")
    log = Held(history.entries[:1] * 2)
    verdict, detail = await told()
    assert verdict == "failed"
    assert detail.startswith("It has another history than the log")

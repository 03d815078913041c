"""The redactor: what it removes, what it leaves, and what it does again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from events.event.envelope import StoredEvent, statement_subject
from events.event.types import StatementGraded, StatementRedacted
from events.log.contract import Append, Removal
from projections import queries
from tests.unit.service.signing.redacting.scenes import Scene, gone, reset, turn
from tests.writers import CODEC


async def test_redactions_share_one_copy(scene: Scene) -> None:
    """Two statements, one removal, of their own events alone."""
    await scene.redact("a")
    await scene.redact("c")
    ids = [event.header.id for event in await scene.writer.events()]
    await scene.until_forgotten()
    assert scene.calls == [[Removal(2, "kursk", ids[1], 5), Removal(4, "kursk", ids[3], 6)]]
    assert await gone(scene) == [2, 4]
    assert scene.purges == 1


async def test_a_removal_that_was_cut_off_is_done_again(scene: Scene) -> None:
    """Where the files could not be written they are written later, by another process too, though
    the log has nothing left to remove, and whatever is signed by then."""
    scene.failing = 1
    await scene.redact("a")
    await scene.until_forgotten()
    assert [len(call) for call in scene.calls] == [1, 0]
    scene.signer.covers = False
    await scene.until_forgotten(2)
    assert [len(call) for call in scene.calls] == [1, 0, 0]


async def test_one_damaged_event_keeps_no_other(scene: Scene) -> None:
    """A redaction that names an event that is not what it was is reported once and left; others are
    carried out."""
    await scene.redact("a")
    await scene.redact("b")
    entries = scene.writer.log._entries[0]
    entries[1] = entries[1]._replace(data=b"{}")
    with capture_logs() as logs:
        await scene.until_forgotten()
    assert await gone(scene) == [3]
    assert [entry["log_level"] for entry in logs].count("error") == 1


async def test_an_event_that_is_missing_is_not_taken_for_removed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the log lacks an event that a redaction names, the redaction is reported as one that
    cannot be carried out, and the timeline as one to look at; others are carried out."""
    await scene.redact("a")
    await scene.redact("b")
    fetch = scene.writer.log.fetch

    async def lacking(partition: int, positions: Sequence[int]) -> Sequence[StoredEvent]:
        return [stored for stored in await fetch(partition, positions) if stored.position != 2]

    monkeypatch.setattr(scene.writer.log, "fetch", lacking)
    amiss: list[str] = []
    async with scene.running() as redactor:
        redactor.mismatches.send_to(amiss.append)
        await scene.came.wait()
        while redactor.health.problem is None:
            await turn()
        assert redactor.health.pending == 1
        assert "cannot be carried out" in redactor.health.problem
    assert (amiss, await gone(scene)) == (["kursk"], [3])


async def test_what_was_done_is_done_again_after_a_reset(scene: Scene) -> None:
    """Where the answers turn to another history, its files may hold what this one has removed,
    though nothing is appended to it; also where that happens while something is removed."""
    await scene.redact("a")
    async with scene.running() as redactor:
        await scene.came.wait()
        reset(scene)  # before the first is noted as done
        while len(scene.calls) < 2 or redactor.health.pending:
            await turn()
        reset(scene)
        while len(scene.calls) < 3:
            await turn()
    assert [len(call) for call in scene.calls] == [1, 0, 0]


async def test_only_earlier_events_of_the_statement_itself_go(scene: Scene) -> None:
    """Whatever a redaction names, even one that the service sealed: an event of another statement,
    the redaction itself, and one that is recorded after it, keep their text."""
    subject = statement_subject("a")
    forged = StatementRedacted(revisions=(2, 3, 5, 6), reason="A court.")
    later = StatementGraded(credibility=2)
    for n, event in enumerate((forged, later)):
        sealed = CODEC.seal("kursk", f"f{n}", subject, event, "desk", bytes(16))
        await scene.writer.log.append(Append("kursk", (sealed,), {}))
    await scene.writer.projector.progress.wait_for("kursk", 6)
    await scene.until_forgotten()
    assert await gone(scene) == [2]


async def test_what_is_no_redaction_of_the_statement_removes_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the read model names an event that is none, or is another statement's, nothing goes,
    and health says that it cannot be carried out."""
    await scene.redact("a")
    wrong = [queries.Redacted("kursk", "b", 5), queries.Redacted("kursk", "a", 2)]
    monkeypatch.setattr(queries, "list_redactions", lambda _: wrong)
    async with scene.running() as redactor:
        while not redactor.health.problem:
            await turn()
        assert redactor.health.pending == 2
        assert "cannot be carried out" in redactor.health.problem
    assert (scene.calls, await gone(scene)) == ([], [])

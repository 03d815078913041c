"""What `/health/audit` tells whom: nothing of what one may not read, not even by its status."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from events.audit.examination import Finding
from events.statement.timeline_names import ACCESS_TIMELINE, PROPOSALS
from service.app import OPERATIONS
from service.signing.audit_status import AuditorState
from service.signing.watch import SigningHealth
from tests.unit.service.access.guards.matrix import HIDDEN, OPEN, Answer, House, opened

[AUDIT] = [each for each in OPERATIONS if each.path == "/health/audit"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """With people who hold something on every timeline, too, and may not operate the service."""
    async with opened(tmp_path) as found:
        for role in ("reader", "contributor", "writer", "editor"):
            found.keys[f"{role} of all"] = found.granted.key(f"all-{role}", (role, "*"))
        yield found


async def asked(house: House) -> dict[str, Answer]:
    return {who: await house.ask(AUDIT, "GET", who) for who in house.keys}


async def told_by(house: House, *timelines: str) -> set[str]:
    """Who can tell from status, headers or body that alarms about these timelines are up now."""
    before = await asked(house)
    findings = {name: Finding(name, 2, "is another one") for name in timelines}
    await house.worker.signed_ledger.heads.warn(findings)
    after = await asked(house)
    return {who for who in house.keys if before[who] != after[who]}


async def test_alarms_are_told_to_those_who_may_read(house: House) -> None:
    """An alarm about a timeline changes neither the status nor the body for who may not read it."""
    readers = {"reader of all", "contributor of all", "writer of all", "editor of all"}
    assert await told_by(house, HIDDEN) == {"operator", "owner"} | readers
    shown = await asked(house)
    assert (shown["owner"].status, shown["reader"].status) == (503, 200)
    assert json.loads(shown["reader"].body) == {"signing": None, "alarms": []}
    await told_by(house, OPEN)
    found = (await asked(house))["reader"]
    assert (found.status, len(json.loads(found.body)["alarms"])) == (503, 1)


@pytest.mark.parametrize(
    ("timeline", "readers"),
    [
        (ACCESS_TIMELINE, set[str]()),
        (PROPOSALS + OPEN, {"editor", "admin", "editor of all"}),
        (PROPOSALS + HIDDEN, {"editor of all"}),
    ],
)
async def test_a_reserved_timeline_is_reported_of_by_its_own_rules(
    house: House, timeline: str, readers: set[str]
) -> None:
    """An alarm about keys and grants or about proposals is shown to who operates the service or may
    read that timeline, and not to everyone who reads what is public."""
    house.granted.grant("everyone", "reader", "*")
    assert await told_by(house, timeline) == {"operator", "owner"} | readers
    shown = await asked(house)
    assert (shown["nobody"].status, shown["reader of all"].status) == (200, 200)
    assert shown["editor of all"].status == (503 if readers else 200)


async def test_what_waits_for_a_checkpoint_is_told_to_those_who_operate(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proposal or a new key waits to be signed like any event: the numbers, the problem and the
    status that follow from it are for who operates the service, and null for all others."""
    house.granted.grant("everyone", "reader", "*")
    before = await asked(house)
    signing = SigningHealth(signs=True, unsigned_events=7, checkpoint_age_seconds=61.5, problem="x")

    async def audit() -> AuditorState:
        return AuditorState(late=True, signing=signing, verifiers=[])

    monkeypatch.setattr(house.worker.signed_ledger.auditor, "audit", audit)
    after = await asked(house)
    assert {who for who in house.keys if before[who] != after[who]} == {"operator", "owner"}
    for who in ("operator", "owner"):
        assert after[who].status == 503
        assert json.loads(after[who].body)["signing"]["unsigned_events"] == 7
    for who in ("nobody", "reader of all", "editor of all", "admin"):
        assert json.loads(after[who].body) == {"signing": None, "alarms": []}

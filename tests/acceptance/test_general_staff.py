"""Real data by others: what Ukraine's General Staff claimed, day by day, and corrected later.

Each record is a running total. Two published corrections concern personnel, and the data show what
they change: on the day of publication the total rises by the correction *and* a usual day's count
(2,710 = 1,650 + 1,060, beside neighbours of 1,150 and 1,050; 1,290 = 160 + 1,130), so that day's
total holds the correction already, and what fell short was the last total before it. That one is
corrected, by the published number; earlier ones are left, as nobody says how they share it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.serving import Service, running

BY = "General Staff of the Armed Forces of Ukraine"
PATH = "/v1/timelines/general-staff"


def claim(record: dict[str, Any]) -> dict[str, Any]:
    """A record as the statement that a user would write."""
    more = record["personnel*"] == "more"
    return {
        "id": f"personnel-{record['date']}",
        "kind": "estimate",
        "text": f"Russia has lost {record['personnel*']} {record['personnel']:,} personnel so far.",
        "said": {"by": BY, "on": record["date"]},
        "occurred": f"2022-02-24/{record['date']}",
        "about": ["Russia"],
        "quantities": [
            {
                "what": "personnel lost",
                "low" if more else "best": str(record["personnel"]),
                "unit": "people",
                "qualifier": "more-than" if more else "about",
            }
        ],
        "sources": [{"id": "general-staff", "title": "Losses of the enemy, day by day"}],
        "tags": ["losses"],
    }


def correction(published: dict[str, Any], totals: dict[str, int]) -> tuple[str, dict[str, Any]]:
    """The statement that fell short, and the body of its correction."""
    day = str(date.fromisoformat(published["date"]) - timedelta(days=1))
    total = totals[day] + published["personnel"]
    changes = {
        "text": f"Russia has lost about {total:,} personnel so far.",
        "quantities": [
            {"what": "personnel lost", "best": str(total), "unit": "people", "qualifier": "about"}
        ],
    }
    reason = f"Correction published on {published['date']}: {published['personnel']:+,} personnel."
    return f"personnel-{day}", {"changes": changes, "reason": reason}


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with running(tmp_path_factory.mktemp("general-staff")) as service:
        yield service


@pytest.fixture
async def loaded(own_server: Service, shared: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service that holds every claim and both corrections."""
    folder = shared / "data" / "general-staff-claims"
    records = json.loads((folder / "russia_losses_personnel.json").read_text())
    totals = {record["date"]: record["personnel"] for record in records}
    published = json.loads((folder / "russia_losses_equipment_correction.json").read_text())
    async with own_server.async_client(timeout=30) as client:
        await client.put(PATH, json={"title": "Losses as claimed by the General Staff"})
        for first in range(0, len(records), 500):
            claims = [claim(record) for record in records[first : first + 500]]
            answer = await client.post(f"{PATH}/statements", json=claims)
            assert answer.status_code in {200, 201}, answer.text
        for day in published:
            if day["personnel"]:
                id_, body = correction(day, totals)
                headers = {"Idempotency-Key": f"correction-{day['date']}"}
                answer = await client.post(
                    f"{PATH}/statements/{id_}/corrections", json=body, headers=headers
                )
                assert answer.status_code in {200, 201}, answer.text
        yield client


async def head(client: httpx.AsyncClient) -> int:
    page = await client.get(f"{PATH}/events", params={"limit": 1, "min_revision": 1_629})
    return int(page.json()["head"])


async def test_every_claim_is_there_once_and_loading_twice_changes_nothing(
    loaded: httpx.AsyncClient,
) -> None:
    """1,626 claims and two corrections are 1,629 events, however often they are loaded."""
    assert await head(loaded) == 1_629
    answer = await loaded.get(
        f"{PATH}/statements", params={"count": "true", "limit": 1, "min_revision": 1_629}
    )
    assert answer.json()["total"] == 1_626


async def test_a_month_gives_the_claims_that_were_said_in_it(
    loaded: httpx.AsyncClient, shared: Path
) -> None:
    """For every month of the data: the claims whose span certainly ends in it are those of its
    days, found by paging through in the order of the days."""
    await loaded.get(f"{PATH}/statements", params={"min_revision": 1_629, "limit": 1})
    text = (shared / "data/general-staff-claims/russia_losses_personnel.json").read_text()
    days = [record["date"] for record in json.loads(text)]
    for month in sorted({day[:7] for day in days}):
        expected = [f"personnel-{day}" for day in days if day.startswith(month)]
        later = {f"personnel-{day}" for day in days if day[:7] > month}
        within = await _ids(loaded, {"to": month, "match": "certain", "order": "-occurred"})
        assert within[: len(expected)] == expected[::-1]
        assert not later & set(within)


async def test_a_correction_shows_the_new_count_and_keeps_the_old(
    loaded: httpx.AsyncClient,
) -> None:
    """The corrected claim shows 871,850 + 1,650, and its history holds both."""
    path = f"{PATH}/statements/personnel-2025-02-27"
    shown = (await loaded.get(path, params={"min_revision": 1_629})).json()
    assert shown["quantities"][0]["best"] == "873500"
    assert shown["corrected_at"] is not None
    history = (await loaded.get(f"{path}/history")).json()["items"]
    assert [event["type"] for event in history] == ["statement.recorded", "statement.corrected"]
    assert history[0]["data"]["quantities"][0]["best"] == "871850"


async def _ids(client: httpx.AsyncClient, parameters: dict[str, str]) -> list[str]:
    ids: list[str] = []
    asked: dict[str, str] = {**parameters, "limit": "500"}
    while asked:
        page = (await client.get(f"{PATH}/statements", params=asked)).json()
        ids += [statement["id"] for statement in page["items"]]
        asked = {"cursor": page["next"], "limit": "500"} if page["next"] else {}
    return ids

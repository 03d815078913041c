"""Whether the service says how it is, above all when it is not well."""

from __future__ import annotations

from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.servers import DURABLE, ValkeyServer
from tests.serving import Timeline, running, said


async def test_it_lives_and_is_ready(client: httpx.AsyncClient) -> None:
    """A service that was just started reports that it lives, and how each part is."""
    assert (await client.get("/health/live")).json() == {"alive": True}
    answer = await client.get("/health/ready")
    assert answer.status_code == 200
    health = answer.json()
    assert health["ready"] is True
    assert health["log"] == {
        "reachable": True,
        "writable": True,
        "durability": "fsync",
        "problem": None,
    }
    assert health["projection"]["caught_up"] is True
    assert [part["partition"] for part in health["projection"]["partitions"]] == [*range(16)]
    assert health["projection"]["stalled"] == []


async def test_metrics_are_by_route(timeline: Timeline) -> None:
    """Requests are counted by the template of their path: what callers make up adds no series."""
    await timeline.get("")
    await timeline.client.get("/made/up/by/a/caller")
    await timeline.client.request("ODD", "/v1/timelines")
    text = (await timeline.client.get("/metrics")).text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert all(name.startswith("onrecord_") for name in families)
    counts = {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
        for sample in families["onrecord_request_duration_seconds"].samples
        if sample.name.endswith("_count")
    }
    assert counts["GET", "/v1/timelines/{t}", "200"] >= 1
    assert counts["GET", "none", "404"] >= 1
    assert timeline.name not in text
    assert "made/up" not in text
    assert "ODD" not in text
    appended = families["onrecord_events_appended"].samples
    assert sum(sample.value for sample in appended) >= 1
    for name in ("onrecord_projection_lag_events", "onrecord_stalled_timelines", "onrecord_ready"):
        assert families[name].samples


async def test_reading_goes_on_while_the_log_is_away(tmp_path: Path) -> None:
    """Without its log the service is not ready, writes nothing and shows no events, but answers
    every other question; with the log it is as before."""
    with ValkeyServer(*DURABLE) as valkey, running(tmp_path, "--redis-url", valkey.url) as service:
        async with service.async_client(timeout=30) as client:
            timeline = Timeline(client, "kursk")
            await client.put(timeline.path, json={"title": "Kursk"})
            revision = await timeline.record(said("a"))
            await timeline.get("", min_revision=revision)
            valkey.kill()
            ready = await client.get("/health/ready")
            assert ready.status_code == 503
            assert ready.json()["log"]["reachable"] is False
            assert (await client.get("/health/live")).status_code == 200
            assert (await timeline.get("/statements")).json()["items"][0]["id"] == "a"
            assert "onrecord_log_reachable 0.0" in (await client.get("/metrics")).text
            for answer in (
                await timeline.get("/events"),
                await client.get(
                    f"{timeline.path}/events", headers={"Accept": "application/x-ndjson"}
                ),
                await timeline.get("/statements/a/history"),
                await client.post(f"{timeline.path}/statements", json=said("b")),
            ):
                assert answer.status_code == 503
                assert answer.json()["type"] == "/problems/log-unavailable"
                assert int(answer.headers["Retry-After"]) > 0
            valkey.start()
            revision = await timeline.record(said("b"))
            assert (await timeline.get("/statements/b", min_revision=revision)).status_code == 200
            assert (await client.get("/health/ready")).status_code == 200

"""Whether what somebody reads that is not as it was recorded is found by the audit at once, long
before the whole log is due to be read again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest

from tests.intrusions import LOG
from tests.looks import look_again
from tests.servers import DURABLE, ValkeyServer
from tests.tampering import Scene, signed, write

STATEMENT = "/v1/timelines/kursk/statements/s3"
"""It is recorded at revision 5."""


def show(client: httpx.Client) -> None:
    assert client.get("/v1/timelines/kursk/events/5").status_code == 503


def stream(client: httpx.Client) -> None:
    """The lines break off in the middle, after the answer began."""
    lines = {"Accept": "application/x-ndjson"}
    with contextlib.suppress(httpx.RemoteProtocolError):
        client.get("/v1/timelines/kursk/events", headers=lines)


def prove(client: httpx.Client) -> None:
    answer = client.get("/v1/timelines/kursk/proofs/inclusion", params={"revision": 5})
    assert answer.status_code == 503


def follow(client: httpx.Client) -> None:
    with contextlib.suppress(httpx.RemoteProtocolError):
        client.get("/v1/timelines/kursk/live", params={"after": 0})


def correct(client: httpx.Client) -> None:
    body = {"changes": {"text": "No."}, "reason": "so"}
    assert client.post(f"{STATEMENT}/corrections", json=body).status_code == 503


def redact(client: httpx.Client) -> None:
    answer = client.post(f"{STATEMENT}/redactions", json={"reason": "A court."})
    assert answer.status_code in {201, 503}


@pytest.mark.parametrize("read", [show, stream, prove, follow, correct, redact])
def test_what_a_read_finds_amiss_is_an_alarm_at_once(
    tmp_path: Path, read: Callable[[Any], None]
) -> None:
    """An event that somebody takes out of the log under a running service raises the alarm as soon
    as anybody meets the hole, by whichever way: the whole log is read then, not in an hour."""
    with ValkeyServer(*DURABLE) as valkey:
        scene = Scene(valkey, tmp_path)
        with scene.service() as service, service.client(timeout=30) as client:
            write(service, "kursk", range(7))
            signed(service, "kursk", 8)
            with scene.store() as store:
                [fifth] = [
                    id_
                    for id_, fields in store.xrange(LOG)
                    if b'"timeline":"kursk","revision":5,' in fields[b"h"]
                ]
                assert store.xdel(LOG, fifth) == 1
            assert client.get("/health/audit").status_code == 200
            read(client)
            limit = monotonic() + 20
            while (answer := client.get("/health/audit")).status_code == 200:
                assert monotonic() < limit
                look_again()
            assert [(a["timeline"], a["revision"]) for a in answer.json()["alarms"]] == [
                ("kursk", 5)
            ]

"""Imports over HTTP where places are full, and where a worker dies."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.acceptance.imports_sent import CLAIMS, MAPPING, send, total
from tests.looks import look_again
from tests.serving import key_headers, running


def test_a_caller_has_so_many_imports_at_once(tmp_path: Path) -> None:
    """Eight files that are on their way fill a caller's places: one more is 429 and says when to
    come back, without a word of its body being kept; another caller's is taken, and so is the same
    caller's once they have gone."""
    with running(tmp_path, "--workers", "1") as service:
        service.ask("PUT", "/v1/timelines/full", json={"title": "Full"})
        path, rest = "/v1/timelines/full", {"mapping": MAPPING, "dry_run": True}
        other = service.ask("POST", "/v1/keys", json={"name": "other"}).json()["key"]
        grant = {"to": "key:other", "role": "writer", "timelines": "full"}
        service.ask("POST", "/v1/grants", json=grant)
        head = (
            f"POST {path}/imports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999\r\n"
            f"Authorization: Bearer {service.key}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        )
        address = urlsplit(service.url)
        slow = [socket.create_connection((address.hostname, address.port)) for _ in range(8)]
        try:
            for one in slow:
                one.sendall(head.encode())
            while (refused := send(service, path, CLAIMS, **rest)).status_code == 202:
                look_again()
            assert (refused.status_code, refused.headers["Retry-After"]) == (429, "10")
            kept = [*(service.data / "imports").glob("*/order.json")]
            given = {"headers": key_headers(other)}
            form = {"files": {"file": ("a.csv", CLAIMS)}, "data": {"mapping": json.dumps(MAPPING)}}
            assert service.ask("POST", f"{path}/imports", **given, **form).status_code == 202
            assert len([*(service.data / "imports").glob("*/order.json")]) == len(kept) + 1
        finally:
            for one in slow:
                one.close()
        while send(service, path, CLAIMS, **rest).status_code == 429:
            look_again()


def test_an_import_outlives_its_worker(tmp_path: Path) -> None:
    """Killed while it imports, a worker is replaced, and another one goes on: every row is there
    once, and counts as new."""
    rows = 5_000
    content = "Ref,Text,Who\n" + "".join(f"{n},Row {n},W\n" for n in range(rows))
    with running(tmp_path, "--workers", "2") as service:
        service.ask("PUT", "/v1/timelines/t", json={"title": "t"})
        timeline = "/v1/timelines/t"
        sent = send(service, timeline, content, mapping=MAPPING)
        while service.ask("GET", timeline).json()["revision"] < 2:
            look_again()
        ready = service.ask("GET", "/health/ready").json()
        for process in ready["processes"]:
            if process["role"] == "worker":
                os.kill(process["pid"], signal.SIGKILL)
        path = f"{timeline}/imports/{sent.json()['import']}"
        deadline = time.monotonic() + 60
        state: dict[str, Any] = {}
        while state.get("state") != "done":
            assert time.monotonic() < deadline
            look_again()
            try:
                state = service.ask("GET", path).json()
            except httpx.TransportError:
                continue
        assert service.ask("GET", timeline).json()["revision"] == rows + 1
        assert total(service, timeline) == rows
        assert (state["report"]["new"], state["report"]["same"]) == (rows, 0)

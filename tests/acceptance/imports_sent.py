"""What the tests of imports over HTTP share: a file, its mapping, and how both are sent."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import httpx
import pytest

from tests.looks import look_again
from tests.serving import Service

CLAIMS = "Ref,Text,Who\nA1,It rained.,KCNA\nA2,It snowed.,\nA3,,KCNA\n"
MAPPING = {
    "name": "claims",
    "schema": {"primaryKey": ["Ref"]},
    "onrecord": {
        "statement": {
            "kind": {"value": "claim"},
            "text": {"column": "Text"},
            "said": {"by": {"column": "Who"}},
        }
    },
}


def send(service: Service, timeline: str, content: str | bytes, **fields: Any) -> httpx.Response:
    dry_run, name = fields.pop("dry_run", False), fields.pop("name", "claims.csv")
    data = {n: f if isinstance(f, str) else json.dumps(f) for n, f in fields.items()}
    path = f"{timeline}/imports" + ("?dry_run=true" if dry_run else "")
    return service.ask("POST", path, files={"file": (name, content)}, data=data)


def outcome(service: Service, timeline: str, sent: httpx.Response) -> Any:
    """The import once it is over."""
    assert sent.status_code == 202, sent.text
    path = f"{timeline}/imports/{sent.json()['import']}"
    deadline = time.monotonic() + 60
    while True:
        answer = service.ask("GET", path)
        assert answer.status_code == 200, answer.text
        if answer.json()["state"] in ("done", "failed"):
            return answer.json()
        assert time.monotonic() < deadline, answer.text
        look_again()


def total(service: Service, timeline: str) -> int:
    answer = service.ask("GET", f"{timeline}/statements?count=true&limit=1")
    return int(answer.json()["total"])


def granted(service: Service, timeline: str, role: str) -> dict[str, Any]:
    """The headers of a new key that has the role on the timeline."""
    name = f"{role}-{uuid.uuid4().hex[:8]}"
    key = service.ask("POST", "/v1/keys", json={"name": name}).json()["key"]
    grant = {"to": f"key:{name}", "role": role, "timelines": timeline.rpartition("/")[2]}
    assert service.ask("POST", "/v1/grants", json=grant).status_code == 201
    return {"headers": {"Authorization": f"Bearer {key}"}}


@pytest.fixture
def timeline(server: Service) -> str:
    name = f"t-{uuid.uuid4().hex[:12]}"
    server.ask("PUT", f"/v1/timelines/{name}", json={"title": name})
    return f"/v1/timelines/{name}"

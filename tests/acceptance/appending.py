"""What the tests of `onrecord append` share: rows, and what came of them."""

from __future__ import annotations

import json
import uuid
from typing import Any

import msgspec
import pytest

from tests.program import Done, Program
from tests.serving import Service


def row(text: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "claim", "text": text, "said": {"by": "KCNA", "on": None}} | fields


def lines_of(*rows: object) -> str:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows)


def texts_of(onrecord: Program, name: str, least: int = 0) -> list[str]:
    """What is on the timeline, in the order in which it was recorded, once it has so many."""
    while True:
        asked = onrecord.run("query", name, "--order", "recorded", "--limit", "5000")
        found = [item["text"] for item in asked.answer["items"] if item["id"] != "first"]
        if len(found) >= least:
            return found


def refused_in(done: Done) -> dict[int, list[str]]:
    """The lines that stderr names, each with the places of its faults."""
    refused = msgspec.json.decode(done.err)["refused"]
    return {each["_line"]: [fault["path"] for fault in each["_faults"]] for each in refused}


@pytest.fixture
def onrecord(service: Service) -> Program:
    return service.program


@pytest.fixture
def name(onrecord: Program) -> str:
    """An open timeline of this test alone."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    first = json.dumps(row("first", id="first"))
    assert onrecord.run("append", name, "--create", "T", stdin=first).code == 0
    return name

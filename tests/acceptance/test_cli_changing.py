"""The commands that change what is recorded, against a real service."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.program import Done, Program
from tests.rows import each_row
from tests.serving import Service, running, said


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("changing")) as service:
        yield service


@pytest.fixture
def name(service: Service) -> str:
    """A timeline with two statements, which are at revisions 2 and 3."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    source = {"id": "s", "title": "An article"}
    with service.client() as client:
        client.put(f"/v1/timelines/{name}", json={"title": "Changes"}).raise_for_status()
        items = [said("a"), said("b", by="Ministry", sources=[source])]
        client.post(f"/v1/timelines/{name}/statements", json=items).raise_for_status()
    return name


def changed(done: Done, id_: str, revision: int) -> None:
    assert done.code == 0, done.err
    answer = done.answer
    assert (answer["id"], answer["revision"], answer["duplicate"]) == (id_, revision, False)


def shown(service: Service, name: str, id_: str, revision: int) -> dict[str, Any]:
    with service.client() as client:
        asked = {"min_revision": revision}
        answer = client.get(f"/v1/timelines/{name}/statements/{id_}", params=asked)
    found: dict[str, Any] = answer.json()
    return found


def test_each_command_does_what_its_call_does(service: Service, name: str) -> None:
    """Each is one event; date, evidence and reason stand where the calls have them; what is taken
    back is as it was; and the difference is reported."""
    run = service.program.run
    source = json.dumps({"id": "post", "title": "A post"})
    told = ("--on", "2024-11~", "--source", source)
    patch = json.dumps({"occurred": "2024", "said": {"by": None}})
    changed(run("correct", name, "a", patch, "--reason", "misread", *told), "a", 4)
    changed(run("relate", name, "b", "disputes", "a", "--note", "n", *told), "b", 5)
    changed(run("grade", name, "a", "2"), "a", 6)
    changed(run("grade", name, "s", "F", "--note", "unknown"), "s", 7)
    changed(run("retract", name, "a", "--reason", "so", "--by", "Desk", *told), "a", 8)
    found = shown(service, name, "a", 8)
    assert (found["said"]["by"], found["occurred"], found["credibility"]) == (None, "2024", 2)
    for one in (found["relations"][0], found["retraction"]):
        assert (one["on"], one["source"]["title"]) == ("2024-11~", "A post")
    changed(run("reinstate", name, "a", "--reason", "right"), "a", 9)
    assert shown(service, name, "a", 9)["standing"] == "disputed"
    assert run("reinstate", name, "a", "--reason", "right").code == 1
    diff = run("diff", name, "8").answer
    assert (diff["reinstated"], diff["to"]["revision"]) == (["a"], 9)
    changed(run("unrelate", name, "b", "disputes", "a", "--reason", "not that one"), "b", 10)
    assert run("diff", name, "4", "10").answer["related"] == []
    changed(run("redact", name, "a", "--reason", "a court"), "a", 11)
    assert run("retract", name, "a", "--reason", "so").code == 1


@each_row(
    ("arguments", "told"),
    [
        (("correct", "t", "a", "[1]", "--reason", "x"), "CHANGES is no JSON object"),
        (("correct", "t", "a", "{}"), "--reason"),
        (("retract", "t", "a", "--reason", "x", "--on", "Oct 2024"), "2024-10"),
        (("retract", "t", "a", "--reason", "x", "--source", '{"id": "s"}'), "Title is required"),
        (("relate", "t", "a", "likes", "b"), "likes"),
        (("relate", "t", "a", "supports", "/"), "An id is"),
        (("grade", "t", "a", "7"), "7"),
    ],
)
def test_wrong_use_is_reported_before_anything_is_asked(
    arguments: tuple[str, ...], told: str
) -> None:
    """What no server could take ends with 2 and says what is wrong."""
    done = Program("http://127.0.0.1:9").run(*arguments)
    assert done.code == 2
    assert told in " ".join(done.err.split())

"""The mapping of a dataset's last import, as the command line and HTTP share it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.looks import look_again
from tests.program import Done
from tests.serving import Service, running

FIRST = "Ref,What,Who\nA1,It rained.,KCNA\n"
SECOND = "Ref,What,Who\nA1,It rained.,TASS\nA2,It snowed.,\n"
MAPPING = {
    "name": "claims",
    "schema": {"primaryKey": ["Ref"]},
    "onrecord": {
        "statement": {
            "kind": {"value": "denial"},
            "text": {"column": "What"},
            "said": {"by": {"column": "Who"}},
        }
    },
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service; each test has a timeline of its own."""
    with running(tmp_path_factory.mktemp("kept")) as service:
        yield service


class Desk:
    """Someone with a timeline and files."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.service = service
        self.folder = folder
        self.timeline = f"t-{uuid.uuid4().hex[:12]}"
        self.at = f"/v1/timelines/{self.timeline}/mappings"
        service.ask("PUT", f"/v1/timelines/{self.timeline}", json={"title": "Claims"})

    def bring(self, content: str, *options: str, name: str = "claims.csv") -> Done:
        """What the command line answers for a file."""
        path = self.folder / name
        path.write_text(content)
        return self.service.program.run("import", self.timeline, str(path), *options)

    def mapped(self, descriptor: dict[str, Any] | None = None) -> str:
        path = self.folder / "claims.map.json"
        path.write_text(json.dumps(descriptor or MAPPING))
        return str(path)

    def tried_by_http(self, content: str) -> Any:
        """The report of a dry run that is sent without a mapping."""
        at = f"/v1/timelines/{self.timeline}/imports"
        sent = self.service.ask(
            "POST", f"{at}?dry_run=true", files={"file": ("claims.csv", content)}
        )
        path = f"{at}/{sent.json()['import']}"
        while (state := self.service.ask("GET", path).json())["state"] not in ("done", "failed"):
            look_again()
        return state["report"]


@pytest.fixture
def desk(service: Service, tmp_path: Path) -> Desk:
    return Desk(service, tmp_path)


def test_the_next_file_is_read_by_the_mapping_of_the_last_one(desk: Desk) -> None:
    """On the command line as by HTTP, whatever the file is called; it is said, and how to have
    another one."""
    assert desk.bring(FIRST, "--map", desk.mapped(), "--yes").code == 0
    for name in ("claims.csv", "Claims.CSV"):
        again = desk.bring(SECOND, "--dry-run", name=name)
        assert again.code == 0, again.err
        assert (again.answer["changed"], again.answer["new"]) == (1, 1)
        assert again.answer["rows"][0]["kind"] == "denial"
        assert "read by the mapping of the import of" in again.err
        assert "--map" in again.err
        assert "--guess" in again.err
    report = desk.tried_by_http(SECOND)
    assert report["mapping"] == MAPPING
    assert report["mapping_of"] is not None


def test_a_mapping_that_is_named_and_a_guess_win(desk: Desk) -> None:
    """And the one that recorded last is kept."""
    desk.bring(FIRST, "--map", desk.mapped(), "--yes")
    text = json.dumps(MAPPING).replace("denial", "report")
    other = desk.bring(FIRST, "--map", desk.mapped(json.loads(text)), "--dry-run")
    assert other.answer["rows"][0]["kind"] == "report"
    guessed = desk.bring(FIRST, "--guess", "--dry-run")
    assert guessed.answer["rows"][0]["kind"] != "denial"
    for done in (other, guessed):
        assert "mapping of the import" not in done.err
    assert desk.bring(FIRST, "--dry-run").answer["rows"][0]["kind"] == "denial"
    desk.bring(FIRST, "--map", desk.mapped(json.loads(text)), "--yes")
    assert desk.bring(FIRST, "--dry-run").answer["rows"][0]["kind"] == "report"


def test_a_mapping_that_does_not_fit_is_passed_over(desk: Desk) -> None:
    """With the reason; the file is then as one of which nothing is known."""
    desk.bring(FIRST, "--map", desk.mapped(), "--yes")
    other = desk.bring("Ref,Quote\nA1,It rained.\n", "--dry-run")
    assert other.code == 2
    assert "does not fit this file" in other.err
    assert "no longer has the columns 'What', 'Who'" in other.err
    assert "Name a mapping with --map" in other.err


def test_nothing_is_kept_of_a_dry_run(desk: Desk) -> None:
    """Nor of an import of which no row was recorded."""
    desk.bring(FIRST, "--map", desk.mapped(), "--dry-run")
    desk.bring("Ref,What,Who\nA1,,\n", "--map", desk.mapped(), "--yes")
    assert desk.service.ask("GET", f"{desk.at}/claims").status_code == 404


def test_a_mapping_is_kept_and_shown_by_http(desk: Desk) -> None:
    """A faulty one is refused, a dry run keeps nothing, and a redaction takes all of the
    timeline."""
    ask, at = desk.service.ask, f"{desk.at}/claims"
    assert ask("PUT", at, json={"name": "claims"}).status_code == 400
    assert ask("PUT", f"{desk.at}/A%20B", json=MAPPING).status_code == 400
    assert ask("PUT", "/v1/timelines/none/mappings/claims", json=MAPPING).status_code == 404
    none = "/v1/timelines/none/mappings/claims"
    for there, words in ((f"{desk.at}/nosuch", "No mapping of that"), (none, "no timeline")):
        answer = ask("GET", there)
        assert answer.status_code == 404
        assert words in answer.json()["detail"]
    assert ask("PUT", f"{at}?dry_run=true", json=MAPPING).status_code == 200
    assert ask("GET", at).status_code == 404
    kept = ask("PUT", at, json=MAPPING)
    assert (kept.status_code, ask("GET", at).json()) == (200, kept.json())
    assert kept.json()["mapping"] == MAPPING
    assert ask("GET", f"{desk.at}/other").status_code == 404
    desk.bring(FIRST, "--yes")
    path = f"/v1/timelines/{desk.timeline}/statements/claims.A1/redactions"
    assert ask("POST", path, json={"reason": "A name."}).status_code == 201
    while ask("GET", at).status_code != 404:
        look_again()


def test_who_may_only_read_sees_no_mapping(desk: Desk) -> None:
    """It may look up what nobody else should know."""
    desk.bring(FIRST, "--map", desk.mapped(), "--yes")
    with desk.service.stranger() as stranger:
        assert stranger.get(f"{desk.at}/claims").status_code == 401
        assert stranger.put(f"{desk.at}/claims", json=MAPPING).status_code == 401

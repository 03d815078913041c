"""A redaction removes the text of what was imported and of what was proposed from every file."""

from __future__ import annotations

import json
from pathlib import Path

from tests.leftovers import contents
from tests.looks import look_again
from tests.serving import Service, running

TIMELINE = "/v1/timelines/kursk"
IMPORTED, PROPOSED = "Zebrafishword", "Quaggaword"
MAPPING = {
    "name": "c",
    "schema": {"primaryKey": ["Ref"]},
    "onrecord": {
        "statement": {
            "kind": {"value": "claim"},
            "text": {"column": "Text"},
            "said": {"by": {"value": "KCNA"}},
        }
    },
}


def holding(folder: Path, word: str) -> list[Path]:
    """The files below the folder that have the word."""
    return [path for path, content in contents(folder) if word.encode() in content]


def propose(service: Service) -> str:
    """The id of a proposal that a contributor has made."""
    key = service.ask("POST", "/v1/keys", json={"name": "ann"}).json()["key"]
    grant = {"to": "key:ann", "role": "contributor", "timelines": "*"}
    service.ask("POST", "/v1/grants", json=grant)
    said = {"kind": "claim", "text": PROPOSED, "said": {"by": "KCNA", "on": None}}
    theirs = {"Authorization": f"Bearer {key}"}
    made = service.ask("POST", f"{TIMELINE}/statements", json=said, headers=theirs)
    return str(made.json()["proposal"])


def test_no_file_has_what_was_imported_or_proposed(tmp_path: Path) -> None:
    """Before the redactions files of the data folder have both texts; once none is pending, none
    has either, the uploaded file and the report of its import included. The mapping of another
    timeline, which stays, does not delay that."""
    with running(tmp_path) as service:
        service.ask("PUT", TIMELINE, json={"title": "Kursk"})
        service.ask("PUT", "/v1/timelines/other", json={"title": "Other"})
        service.ask("PUT", "/v1/timelines/other/mappings/c", json=MAPPING).raise_for_status()
        sent = service.ask(
            "POST",
            f"{TIMELINE}/imports",
            files={"file": ("c.csv", f"Ref,Text\nA1,{IMPORTED}\n")},
            data={"mapping": json.dumps(MAPPING)},
        ).json()["import"]
        while service.ask("GET", f"{TIMELINE}/imports/{sent}").json()["state"] != "done":
            look_again()
        proposal = propose(service)
        for word in (IMPORTED, PROPOSED):
            assert holding(tmp_path / "data", word)
        for path in ("statements/c.A1/redactions", f"proposals/{proposal}/redaction"):
            answer = service.ask("POST", f"{TIMELINE}/{path}", json={"reason": "a court"})
            assert answer.status_code == 201
        while any(holding(tmp_path / "data", word) for word in (IMPORTED, PROPOSED)):
            look_again()
        while (redactions := service.ask("GET", "/health/ready").json()["redactions"])["pending"]:
            assert "not a file of the service" not in str(redactions)
            look_again()
        service.ask("GET", "/v1/timelines/other/mappings/c").raise_for_status()

"""What an import says of rows that change their statements, and of statements whose rows are gone:
by the command line and by HTTP, tried and done."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.looks import look_again
from tests.serving import Service

HEAD = "Ref,Text,Who,Dead\n"
FIRST = "A1,It rained.,KCNA,3\nA2,It snowed.,,\nA3,It was dry.,KCNA,\nA4,It hailed.,AP,\n"
SECOND = "A1,It rained.,TASS,4\nA2,It snowed.,,\nA4,It hailed.,TASS,\n"
MAPPING = {
    "name": "claims",
    "schema": {"primaryKey": ["Ref"]},
    "onrecord": {
        "statement": {
            "kind": {"value": "claim"},
            "text": {"column": "Text"},
            "said": {"by": {"column": "Who"}},
            "quantities": {
                "what": {"value": "dead"},
                "best": {"column": "Dead"},
                "unit": {"value": "person"},
            },
        }
    },
}
CHANGED = [
    {
        "line": 2,
        "key": "A1",
        "id": "claims.A1",
        "fields": [
            {"path": "/said/by", "before": "KCNA", "after": "TASS"},
            {"path": "/quantities/0/best", "before": "3", "after": "4"},
        ],
    },
    {
        "line": 4,
        "key": "A4",
        "id": "claims.A4",
        "fields": [{"path": "/said/by", "before": "AP", "after": "TASS"}],
    },
]
MISSING = [{"id": "claims.A3", "key": "A3", "text": "It was dry."}]


@pytest.fixture
def timeline(service: Service) -> str:
    name = f"t-{uuid.uuid4().hex[:12]}"
    service.ask("PUT", f"/v1/timelines/{name}", json={"title": name})
    return name


def sent(service: Service, timeline: str, rows: str, *, dry_run: bool = False) -> Any:
    """The report of rows that are sent by HTTP, and where it is."""
    at = f"/v1/timelines/{timeline}/imports"
    ordered = service.ask(
        "POST",
        f"{at}?dry_run=true" if dry_run else at,
        files={"file": ("claims.csv", HEAD + rows)},
        data={"mapping": json.dumps(MAPPING), "missing": "retract"},
    )
    path = f"{at}/{ordered.json()['import']}"
    deadline = time.monotonic() + 60
    while (state := service.ask("GET", path).json())["state"] not in ("done", "failed"):
        assert time.monotonic() < deadline, state
        look_again()
    return state["report"], path


def brought(service: Service, timeline: str, folder: Path, rows: str, *options: str) -> Any:
    """What the command line answers for rows in a file."""
    path, mapping = folder / "claims.csv", folder / "claims.json"
    path.write_text(HEAD + rows)
    mapping.write_text(json.dumps(MAPPING))
    return service.program.run("import", timeline, str(path), "--map", str(mapping), *options)


def named(report: Any) -> tuple[Any, Any]:
    return report["changed_rows"], report["missing_statements"]


def test_http_names_what_changes_and_what_is_gone(service: Service, timeline: str) -> None:
    """The same when it is tried and when it is done, though the statement says something else by
    then; and nothing the next time."""
    assert named(sent(service, timeline, FIRST)[0]) == ([], [])
    for dry_run in (True, False):
        report, _ = sent(service, timeline, SECOND, dry_run=dry_run)
        assert named(report) == (CHANGED, MISSING)
        assert (report["changed"], report["missing"], report["retracted"]) == (2, 1, 1)
    assert named(sent(service, timeline, SECOND)[0]) == ([], [])


def test_the_command_line_names_them(service: Service, timeline: str, tmp_path: Path) -> None:
    """In the report, and in what a person reads."""
    brought(service, timeline, tmp_path, FIRST, "--yes")
    tried = brought(service, timeline, tmp_path, SECOND, "--dry-run")
    assert named(tried.answer) == (CHANGED, MISSING)
    assert tried.answer["changed"] == 2
    done = brought(service, timeline, tmp_path, SECOND, "--yes", "--missing", "retract")
    assert named(done.answer) == (CHANGED, MISSING)


def test_who_keeps_missing_statements_is_not_told_which(
    service: Service, timeline: str, tmp_path: Path
) -> None:
    """They are counted."""
    brought(service, timeline, tmp_path, FIRST, "--yes")
    kept = brought(service, timeline, tmp_path, SECOND, "--yes", "--missing", "keep").answer
    assert (kept["missing"], named(kept)) == (1, (CHANGED, []))


def test_a_report_forgets_them_with_what_is_redacted(service: Service, timeline: str) -> None:
    """Either may be what was redacted."""
    sent(service, timeline, FIRST)
    report, path = sent(service, timeline, SECOND, dry_run=True)
    assert named(report) == (CHANGED, MISSING)
    at = f"/v1/timelines/{timeline}/statements/claims.A3/redactions"
    assert service.ask("POST", at, json={"reason": "A name."}).status_code == 201
    deadline = time.monotonic() + 60
    while service.ask("GET", path).status_code == 200:
        assert time.monotonic() < deadline
        look_again()

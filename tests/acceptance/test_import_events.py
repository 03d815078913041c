"""`onrecord import` of our own lines: events that were exported, and commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.import_desk import Desk, counts, essence
from tests.serving import Service, running


@pytest.fixture
def desk(service: Service, tmp_path: Path) -> Desk:
    return Desk(service, tmp_path)


def test_an_export_of_events_goes_back_in_as_what_it_was(desk: Desk, tmp_path: Path) -> None:
    """Statements, corrections, relations, retractions and what is known of actors are the same on
    another timeline, and a second time changes nothing."""
    seeded = desk.service.program.run("seed", "--timeline", desk.timeline)
    assert seeded.code == 0, seeded.err
    at = f"/v1/timelines/{desk.timeline}/statements"
    ask = desk.service.ask
    ask(
        "POST",
        f"{at}/gerasimov-full-control/corrections",
        json={"changes": {"tags": ["control", "new"]}, "reason": "A tag."},
    )
    ask(
        "POST",
        f"{at}/gerasimov-full-control/corrections",
        json={"changes": {"tags": ["control"]}, "reason": "No, not."},
    )
    ask("POST", f"{at}/syrskyi-numbers/retractions", json={"reason": "Withdrawn."})
    desk.revision()
    lines = desk.service.ask(
        "GET",
        f"/v1/timelines/{desk.timeline}/events",
        headers={"Accept": "application/x-ndjson"},
    )
    file = tmp_path / "kursk.ndjson"
    file.write_bytes(lines.content)
    copy = Desk(desk.service, tmp_path)
    report = copy.run(file, "--yes")
    assert report.code == 0, report.out
    assert essence(copy) == essence(desk)
    shown = ("title", "description", "language")
    assert [copy.get("").json()[n] for n in shown] == [desk.get("").json()[n] for n in shown]
    before = copy.revision()
    again = copy.run(file, "--yes").answer
    assert (again["new"], copy.revision()) == (0, before)


def test_an_export_of_events_that_has_grown_brings_what_is_new(desk: Desk) -> None:
    """A correction that was imported is not made once more, and what was retracted is not refused:
    of an array that is longer now, the rest is carried out. To its own timeline it brings
    nothing."""
    at = f"/v1/timelines/{desk.timeline}"
    claim = {"id": "a", "kind": "claim", "text": "One.", "said": {"by": "KCNA", "on": None}}
    texts = [{"id": "a", "changes": {"text": text}, "reason": "So."} for text in ("Two.", "Three.")]
    first = [{"statement": claim}, *({"correction": each} for each in texts)]
    then = [{"retraction": {"id": "a", "reason": "No."}}, {"statement": claim | {"id": "b"}}]
    desk.service.ask("PUT", at, json={"title": "t"})
    copy, file = Desk(desk.service, desk.folder), desk.folder / "events.ndjson"
    for commands, new in ((first, 4), (then, 2), ([], 0)):
        if commands:
            assert desk.service.ask("POST", f"{at}/commands", json=commands).status_code == 200
        desk.revision()
        file.write_bytes(desk.get("/export", format="ndjson").content)
        done = copy.run(file, "--yes")
        assert (done.code, done.answer["new"], done.answer["refused"]) == (0, new, 0)
    types = [event["type"] for event in copy.get("/events").json()["items"]]
    assert types.count("statement.corrected") == 2
    assert essence(copy) == essence(desk)
    before = desk.revision()
    assert desk.run(file, "--yes").answer["same"] == 5
    assert desk.revision() == before


def test_a_dry_run_of_events_counts_with_the_lines_before(desk: Desk) -> None:
    """Which the service sees only as far as they are of the same array, and not at all where there
    is no timeline yet."""
    said = {"kind": "claim", "text": "x", "said": {"by": "KCNA", "on": None}}
    commands: list[Any] = [{"statement": {"id": f"s{n}", **said}} for n in range(600)]
    commands += [
        {"relation": {"statement": "s599", "relation": "disputes", "target": "s1"}},
        {"retraction": {"id": "s1", "reason": "No."}},
        {"retraction": {"id": "s1", "reason": "Twice."}},
        {"relation": {"statement": "s2", "relation": "disputes", "target": "nowhere"}},
        {"statement": {"id": "s600", **said, "text": ""}},
    ]
    file = desk.folder / "commands.ndjson"
    file.write_text("\n".join(map(json.dumps, commands)))
    tried = [desk.run(file, "--dry-run").answer]
    desk.service.ask("PUT", f"/v1/timelines/{desk.timeline}", json={"title": "t"})
    desk.revision()
    tried.append(desk.run(file, "--dry-run").answer)
    done = desk.run(file, "--yes").answer
    assert counts(done)[:4] == (602, 0, 0, 3)
    assert [counts(each) for each in tried] == [counts(done)] * 2


def test_a_server_that_takes_little_at_once_gets_little_at_once(tmp_path: Path) -> None:
    """Where the operator has set a small limit, arrays are sent in parts, of rows as of lines of
    ours, and what is recorded is the same."""
    with running(tmp_path, ONRECORD_BODY_LIMIT="65536") as service:
        desk = Desk(service, tmp_path)
        path = desk.file(*(f"A{n};{'It rained. ' * 90};KCNA;;;" for n in range(200)))
        assert counts(desk.bring(path)) == (200, 0, 0, 0, 0)
        desk.revision()
        exported = tmp_path / "events.ndjson"
        exported.write_bytes(desk.get("/export", format="ndjson").content)
        copy = Desk(service, tmp_path)
        done = copy.run(exported, "--yes")
        assert (done.code, done.answer["refused"]) == (0, 0), done.err
        assert essence(copy) == essence(desk)

"""Out of one timeline and into another: what was exported is the same there."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.serving import Service, said

_DERIVED = {"recorded_at", "corrected_at", "revision", "changed", "because"}
"""What follows from when and where an event was recorded."""
_SOURCE = {"id": "s", "title": "Paper, 14 October", "url": "https://p.example/14"}


@pytest.fixture
def full(server: Service) -> str:
    """A timeline with everything that a statement may have and that may happen to it."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    path = f"/v1/timelines/{name}"

    def write(method: str, below: str, **body: Any) -> None:
        answer = server.ask(method, f"{path}{below}", json=body or None)
        assert answer.status_code in (200, 201), answer.text

    write("PUT", "", title="Kursk", description="Who said what.", language="en")
    write("PUT", "/actors/kcna", name="KCNA", type="agency")
    write("PUT", "/actors/kcna/aliases/Korean%20Central%20News%20Agency")
    recorded = [
        said(
            "a",
            text="=1+1 is no formula, «here»; nor, there.",
            by="KCNA",
            occurred="2024-10/2025-04~",
            about=[{"actor": "Kim Jong Un", "role": "party"}, {"actor": "Ukraine"}],
            places=[
                {"name": "Kursk", "latitude": 51.73, "longitude": 36.19},
                {"name": "Pyongyang"},
            ],
            quantities=[
                {"what": "dead", "low": "1000", "unit": "person", "qualifier": "at-least"},
                {"what": "troops", "low": "11000", "high": "12000", "unit": "person"},
            ],
            sources=[_SOURCE | {"quote": "“at least 1,000”", "published": "2025-04"}],
            rating={"label": "Half true", "value": "3", "best": "5", "worst": "1"},
            tags=["troops", "війна"],
            origin={"dataset": "ged", "id": "7"},
            extra={"html": "x", "Day of war": "12"},
        ),
        said("b", by=None, on="2025-04~") | {"language": "ko-KR"},
        said("c", by="Ukraine", occurred="-0044-03-15"),
        said("d"),
        said("e"),
    ]
    recorded[2]["said"]["with"] = ["Lithuania", "Poland"]
    recorded[2]["said"]["via"] = [{"actor": "Agency", "role": "agency", "on": "2025-04-27"}]
    answer = server.ask("POST", f"{path}/statements", json=recorded)
    assert answer.status_code == 201, answer.text
    statements = "/statements"
    write("POST", f"{statements}/c/relations", relation="disputes", target="a", note="It does.")
    write("POST", f"{statements}/d/relations", relation="supports", target="a", source=_SOURCE)
    write(
        "POST",
        f"{statements}/d/corrections",
        changes={"text": "Corrected."},
        reason="It was wrong.",
        on="2025-05",
    )
    write("POST", f"{statements}/e/retractions", reason="Withdrawn.", by="KCNA")
    write("POST", f"{statements}/d/retractions", reason="By mistake.")
    write("POST", f"{statements}/d/reinstatements", reason="It holds.")
    write("POST", f"{statements}/a/grades", credibility=2)
    write("POST", "/sources/s/grades", reliability="B")
    _wait(server, name)
    return name


def _wait(server: Service, name: str) -> None:
    path = f"/v1/timelines/{name}"
    events = server.ask("GET", f"{path}/events").json()
    assert server.ask("GET", f"{path}?min_revision={events['head']}").status_code == 200


def _statements(server: Service, name: str) -> dict[str, dict[str, Any]]:
    listed = server.ask("GET", f"/v1/timelines/{name}/statements?limit=500").json()["items"]
    return {each["id"]: _compared(each) for each in listed}


def _compared(shown: dict[str, Any]) -> dict[str, Any]:
    """A statement without what follows from the events' own revisions and times."""
    kept = {name: value for name, value in shown.items() if name not in _DERIVED}
    kept["relations"] = sorted(({**each, "revision": None} for each in kept["relations"]), key=repr)
    if kept["retraction"]:
        kept["retraction"] = kept["retraction"] | {"revision": None}
    return kept


def _through(server: Service, name: str, format_: str, folder: Path) -> str:
    """The name of another timeline, into which the file that was exported is imported."""
    file = folder / f"{name}.{format_}"
    done = server.program.run("export", name, "--format", format_, "-o", str(file))
    assert done.code == 0, done.err
    other = f"{name}-{format_}"
    done = server.program.run("import", other, str(file), "--yes")
    assert done.code == 0, done.err + done.out
    _wait(server, other)
    return other


def test_events_give_the_same_timeline(server: Service, full: str, tmp_path: Path) -> None:
    """Statements, relations, corrections, retractions, reinstatements, grades, actors and aliases
    are the same, field by field; and again, where they came to."""
    other = _through(server, full, "ndjson", tmp_path)
    assert _statements(server, other) == _statements(server, full)
    for path in ("actors", "sources"):
        one, two = (
            server.ask("GET", f"/v1/timelines/{name}/{path}").json()["items"]
            for name in (full, other)
        )
        dated = {"grades"}
        assert [{n: v for n, v in each.items() if n not in dated} for each in one] == [
            {n: v for n, v in each.items() if n not in dated} for each in two
        ]
    again = _through(server, other, "ndjson", tmp_path)
    assert _statements(server, again) == _statements(server, full)


@pytest.mark.parametrize("format_", ["csv", "timelinejs", "claimreview", "jsonfeed", "atom", "ics"])
def test_a_file_gives_the_same_but_for_what_it_counts(
    server: Service, full: str, tmp_path: Path, format_: str
) -> None:
    """Each statement that is not left out comes back, and only fields that the report names
    differ."""
    other = _through(server, full, format_, tmp_path)
    asked = f"/v1/timelines/{full}/export/loss?format={format_}"
    lost = {each["field"] for each in server.ask("GET", asked).json()["losses"]}
    before, after = _statements(server, full), _statements(server, other)
    if "statement" not in lost:
        assert before.keys() == after.keys()
    assert after.keys() <= before.keys()
    follows = {"relations", "retraction", "credibility"} & lost
    derived = {"standing", "supports", "disputes"} if follows else set()
    for id_ in after:
        differing = _differing(before[id_], after[id_])
        assert differing <= lost | derived | {"unsourced", "bounds"}, (id_, differing)


def _differing(one: dict[str, Any], two: dict[str, Any]) -> set[str]:
    names = {name for name in one if name != "said" and one[name] != two[name]}
    return names | {f"said.{n}" for n in one["said"] if one["said"][n] != two["said"][n]}

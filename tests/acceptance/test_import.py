"""`onrecord import` against a real service: what a file becomes, and what it changes again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.import_desk import ROWS, Desk, counts
from tests.serving import Service


@pytest.fixture
def desk(service: Service, tmp_path: Path) -> Desk:
    return Desk(service, tmp_path)


def test_a_dry_run_says_everything_and_records_nothing(desk: Desk) -> None:
    """Counts, losses, the first rows and what to look at are reported, and no timeline is
    opened."""
    path = desk.file(*ROWS, "A4;;KCNA;13.10.24;;")
    done = desk.run(path, "--map", str(desk.map), "--dry-run")
    assert done.code == 1
    report = done.answer
    assert counts(report) == (3, 0, 0, 1, 0)
    assert report["dry_run"] is True
    assert [row["id"] for row in report["rows"]] == ["claims.A1", "claims.A2", "claims.A3"]
    assert report["rows"][0]["tags"] == ["rain", "big-storm"]
    assert report["columns"]["Who"] == {
        "mapped": 1,
        "rewritten": 1,
        "dropped": 0,
        "ignored": 0,
        "examples": [{"line": 4, "value": "Met  Office", "became": "Met Office"}],
    }
    assert report["columns"]["Notes"]["ignored"] == 2
    reasons = {(reason["column"], reason["line"]) for reason in report["reasons"]}
    assert ("When", 5) in reasons
    assert report["warnings"] == []
    alone = desk.file(ROWS[2], name="alone.csv")
    report = desk.run(alone, "--map", str(desk.map), "--dry-run").answer
    assert [(w["column"], w["line"]) for w in report["warnings"]] == [("When", 2)]
    assert desk.get("").status_code == 404


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    """Not a revision, whatever the file is called and in whatever order its rows are; a dry run
    says so beforehand."""
    assert counts(desk.bring(desk.file(*ROWS))) == (3, 0, 0, 0, 0)
    before = desk.revision()
    found = desk.statements()
    assert found["claims.A1"]["origin"] == {
        "dataset": "claims",
        "id": "A1",
        "url": None,
        "sha256": None,
    }
    again = desk.file(*reversed(ROWS), name="renamed.csv")
    dry = desk.run(again, "--map", str(desk.map), "--dry-run").answer
    assert counts(dry) == counts(desk.bring(again)) == (0, 3, 0, 0, 0)
    assert desk.revision() == before


def test_what_changed_is_corrected_and_what_is_gone_is_dealt_with(desk: Desk) -> None:
    """One row is corrected, one is new, one is missing: kept, reported or retracted as is wanted; a
    row that comes back is reinstated, and what was written by hand is never missing."""
    desk.bring(desk.file(*ROWS))
    hand = {"id": "hand", "kind": "claim", "text": "By hand.", "said": {"by": None, "on": None}}
    desk.service.ask("POST", f"/v1/timelines/{desk.timeline}/statements", json=hand)
    before = desk.revision()
    newer = desk.file(ROWS[0].replace("rained", "poured"), ROWS[1], "A5;It is new.;;2.1.2025;;")
    assert counts(desk.bring(newer, "--missing", "keep")) == (1, 1, 1, 0, 1)
    assert desk.revision() == before + 2
    found = desk.statements()
    assert found["claims.A1"]["text"] == "It poured."
    assert found["claims.A3"]["standing"] == "asserted"
    history = desk.get("/statements/claims.A1/history").json()["items"]
    assert [event["type"] for event in history] == ["statement.recorded", "statement.corrected"]
    assert history[1]["data"]["changes"] == {"text": "It poured."}
    report = desk.bring(newer, "--missing", "retract")
    assert (report["missing"], report["retracted"]) == (1, 1)
    assert desk.statements()["claims.A3"]["standing"] == "retracted"
    assert counts(desk.bring(newer, "--missing", "retract")) == (0, 3, 0, 0, 0)
    report = desk.bring(desk.file(*ROWS, "A5;It is new.;;2.1.2025;;"))
    assert report["reinstated"] == 1
    assert desk.statements()["claims.A3"]["standing"] == "asserted"
    assert desk.statements()["hand"]["standing"] == "asserted"


def test_a_row_without_a_key_is_known_by_its_content(desk: Desk) -> None:
    """Equal ones are several, the same file again changes nothing, and the dry run says so."""
    path = desk.file(*ROWS, ";No key.;;;;", ";No key.;;;;", ROWS[0])
    report = desk.bring(path)
    assert counts(report) == (5, 1, 0, 0, 0)
    assert [w["column"] for w in report["warnings"]] == ["Ref"]
    assert counts(desk.bring(path)) == (0, 6, 0, 0, 0)


def test_a_guess_is_written_beside_the_file_and_not_over_what_was_changed(desk: Desk) -> None:
    """The first mapping imports the file as it is; changed by hand it is kept."""
    path = desk.file(*ROWS)
    report = desk.run(path, "--guess", "--yes").answer
    assert counts(report) == (3, 0, 0, 0, 0)
    written = desk.folder / "claims.csv.map.json"
    mapping = json.loads(written.read_text())
    assert mapping["name"] == "claims"
    assert counts(desk.run(path, "--map", str(written), "--yes").answer) == (0, 3, 0, 0, 0)
    written.write_text(written.read_text().replace('"dmy"', '"mdy"'))
    done = desk.run(path, "--guess", "--dry-run")
    assert done.code == 2
    assert "says something else" in done.err


def test_a_guess_says_what_was_found_out_about_the_file(desk: Desk) -> None:
    """The mapping that it writes states the encoding; whoever looks at the dry run still reads
    that it was found and may be wrong."""
    path = desk.folder / "found.csv"
    path.write_bytes("Ref,What,When\nA1,Müller sprach.,2024-10-13\n".encode("cp1252"))
    report = desk.run(path, "--guess", "--dry-run").answer
    assert any("The encoding was found: cp1252" in note for note in report["file"]["notes"])


def test_another_key_of_another_dataset_is_another_statement(desk: Desk) -> None:
    """Two files with the same keys do not correct each other."""
    desk.bring(desk.file(*ROWS))
    other = json.loads(desk.map.read_text()) | {"name": "others"}
    desk.map.write_text(json.dumps(other))
    assert counts(desk.bring(desk.file(*ROWS))) == (3, 0, 0, 0, 0)
    assert len(desk.statements()) == 6
    assert len(desk.statements(dataset="others")) == 3
    assert [*desk.statements(origin_id="A1", dataset="claims")] == ["claims.A1"]


def test_what_is_retracted_by_hand_stays_retracted(desk: Desk) -> None:
    """The row is still in the file: it is neither missing nor back again."""
    desk.bring(desk.file(*ROWS))
    path = f"/v1/timelines/{desk.timeline}/statements/claims.A1/retractions"
    desk.service.ask("POST", path, json={"reason": "Withdrawn."})
    report = desk.bring(desk.file(*ROWS))
    assert (counts(report), report["reinstated"]) == ((0, 3, 0, 0, 0), 0)
    assert desk.statements()["claims.A1"]["standing"] == "retracted"
    changed = desk.bring(desk.file(ROWS[0].replace("rained", "poured"), *ROWS[1:]))
    assert counts(changed) == (0, 2, 0, 1, 0)


def test_real_claims_go_in_by_a_mapping_of_ten_lines(desk: Desk, shared: Path) -> None:
    """Every record of the General Staff becomes its statement, with its number and qualifier."""
    desk.map.write_text(
        """{"name": "general-staff", "resources": [{"name": "personnel", "format": "json",
"schema": {"primaryKey": ["date"]}, "onrecord": {"statement": {
  "kind": {"value": "claim"},
  "text": {"template": "By day {day} of the war: {personnel*} {personnel} personnel lost."},
  "said": {"by": {"value": "General Staff of Ukraine"}, "on": {"column": "date", "date": "iso"}},
  "occurred": {"start": {"value": "2022-02-24"}, "end": {"column": "date"}},
  "quantities": {"what": {"value": "lost"}, "best": {"column": "personnel"},
    "unit": {"value": "person"},
    "qualifier": {"column": "personnel*", "lookup": {"more": "more-than"}}},
  "extra": {"POW": {"column": "POW"}}}}}]}"""
    )
    file = shared / "data" / "general-staff-claims" / "russia_losses_personnel.json"
    records = json.loads(file.read_text())
    report = desk.bring(file)
    assert counts(report) == (len(records), 0, 0, 0, 0)
    assert not any(loss["dropped"] or loss["rewritten"] for loss in report["columns"].values())
    found = {item["said"]["on"]: item for item in desk.statements().values()}
    for record in records:
        (quantity,) = found[record["date"]]["quantities"]
        assert quantity["best"] == str(record["personnel"])

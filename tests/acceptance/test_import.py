"""`onrecord import` against a real service: what a file becomes, and what it changes again."""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.program import Done
from tests.serving import Service, described, running

MAPPING: dict[str, Any] = {
    "name": "claims",
    "title": "Claims about the weather",
    "resources": [
        {
            "name": "claims",
            "path": "claims.csv",
            "dialect": {"delimiter": ";"},
            "schema": {"primaryKey": ["Ref"], "missingValues": ["", "n/a"]},
            "onrecord": {
                "statement": {
                    "kind": {"value": "claim"},
                    "text": {"column": "What"},
                    "said": {
                        "by": {"column": "Who", "clean": True},
                        "on": {"column": "When", "date": ["dmy"]},
                    },
                    "tags": {"column": "Tags", "split": ",", "slug": True},
                },
                "ignore": ["Notes"],
            },
        }
    ],
}
HEAD = "Ref;What;Who;When;Tags;Notes"
ROWS = [
    "A1;It rained.;KCNA;13.10.2024;Rain,Big Storm;x",
    "A2;It snowed.;;14.10.2024;;",
    "A3;It was dry.;Met  Office;03.04.2024;n/a;y",
]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service; each test has a timeline of its own."""
    with running(tmp_path_factory.mktemp("import")) as service:
        yield service


class Desk:
    """Someone with a timeline, a mapping and files."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.service = service
        self.folder = folder
        self.timeline = f"t-{uuid.uuid4().hex[:12]}"
        self.map = folder / "claims.map.json"
        self.map.write_text(json.dumps(MAPPING))

    def file(self, *rows: str, name: str = "claims.csv") -> Path:
        path = self.folder / name
        path.write_text("\n".join([HEAD, *rows]) + "\n")
        return path

    def run(self, path: Path, *options: str) -> Done:
        return self.service.program.run("import", self.timeline, str(path), *options)

    def bring(self, path: Path, *options: str) -> Any:
        done = self.run(path, "--map", str(self.map), "--yes", *options)
        assert done.code in (0, 1), done.err
        return done.answer

    def statements(self, **query: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        cursor: dict[str, str] = {"limit": "500", **query}
        while cursor:
            answer = self.get("/statements", **cursor).json()
            found |= {item["id"]: item for item in answer["items"]}
            cursor = {"cursor": answer["next"]} if answer["next"] else {}
        return found

    def get(self, path: str, **query: str) -> httpx.Response:
        """The answer once all that the log has can be read."""
        at = f"/v1/timelines/{self.timeline}"
        shown = self.service.ask("GET", at)
        if shown.status_code == 200:
            again = self.service.ask("PUT", at, json=described(shown))
            self.service.ask("GET", at, params={"min_revision": again.headers["Onrecord-Revision"]})
        return self.service.ask("GET", f"{at}{path}", params=query)

    def revision(self) -> int:
        return int(self.get("").json()["revision"])


@pytest.fixture
def desk(service: Service, tmp_path: Path) -> Desk:
    return Desk(service, tmp_path)


def counts(report: Any) -> tuple[int, ...]:
    return tuple(report[name] for name in ("new", "same", "changed", "refused", "missing"))


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


def test_refused_rows_are_mended_and_imported_by_themselves(desk: Desk) -> None:
    """The others are recorded; the file of refused rows has their cells, line, column and reason,
    and is imported by the same mapping without anything else going missing."""
    refused = desk.folder / "refused.csv"
    path = desk.file(*ROWS, "A4;It was hot.;KCNA;13.10.24;;n", "A1;Other;;;;")
    done = desk.run(path, "--map", str(desk.map), "--yes", "--refused", str(refused))
    assert done.code == 1
    assert counts(done.answer) == (3, 0, 0, 2, 0)
    with refused.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [(row["_line"], row["_column"]) for row in rows] == [
        ("5", "When"),
        ("6", "Ref"),
    ]
    assert rows[0]["Who"] == "KCNA"
    assert "like 13.10.2024" in rows[0]["_reason"]
    refused.write_text(refused.read_text().replace("13.10.24", "13.10.2024").replace("A1;", "B1;"))
    report = desk.bring(refused, "--missing", "retract")
    assert report["new"] == 2
    assert (report["missing"], report["retracted"]) == (0, 0)
    assert len(desk.statements()) == 5


def test_refused_rows_are_kept_whatever_the_encoding_cannot_say(desk: Desk) -> None:
    """A byte that Windows-1252 has not is shown as U+FFFD in the file of refused rows, which the
    same mapping reads all the same."""
    stated = json.loads(desk.map.read_text())
    stated["resources"][0]["encoding"] = "windows-1252"
    desk.map.write_text(json.dumps(stated))
    path, refused = desk.folder / "claims.csv", desk.folder / "refused.csv"
    path.write_bytes(f"{HEAD}\nA1;Regen in Köln\x81;;;;\n{ROWS[1]}\n".encode("latin-1"))
    report = desk.bring(path, "--refused", str(refused))
    assert counts(report) == (1, 0, 0, 1, 0)
    content = refused.read_text(encoding="utf-8-sig")
    assert "0x81" in content
    refused.write_text(content.replace("\ufffd", "").replace(";A1;", ";"), encoding="utf-8-sig")
    assert counts(desk.bring(refused)) == (1, 0, 0, 0, 0)
    assert desk.statements()["claims.A1"]["text"] == "Regen in Köln"


def test_a_row_without_a_key_is_known_by_its_content(desk: Desk) -> None:
    """Equal ones are several, the same file again changes nothing, and the dry run says so."""
    path = desk.file(*ROWS, ";No key.;;;;", ";No key.;;;;", ROWS[0])
    report = desk.bring(path)
    assert counts(report) == (5, 1, 0, 0, 0)
    assert [w["column"] for w in report["warnings"]] == ["Ref"]
    assert counts(desk.bring(path)) == (0, 6, 0, 0, 0)


def test_nobody_is_asked_in_a_pipe(desk: Desk) -> None:
    """Elsewhere than on a terminal one of --dry-run and --yes is required, and only one; a mapping
    that is wrong, a file that is none and columns that nobody knows are wrong use too."""
    path = desk.file(*ROWS)
    wrong = desk.folder / "wrong.json"
    wrong.write_text('{"name": "x", "onrecord": {"statement": {"text": {"colum": "a"}}}}')
    for options, words in [
        (["--map", str(desk.map)], "--yes"),
        (["--map", str(desk.map), "--yes", "--dry-run"], "exclude"),
        (["--map", str(desk.map), "--guess", "--yes"], "exclude"),
        (["--map", str(wrong), "--yes"], "kind"),
        (["--map", "nothing.json", "--yes"], "ucdp-ged"),
        (["--yes"], "--guess"),
        (["--map", str(desk.map), "--yes", "--refused", str(path)], "never changed"),
        (["--map", str(desk.map), "--yes", "--refused", str(desk.map)], "never changed"),
    ]:
        done = desk.run(path, *options)
        assert done.code == 2
        assert words in done.err
    path.write_bytes(b"PK\x03\x04 no workbook")
    done = desk.run(path, "--map", str(desk.map), "--yes")
    assert done.code == 2
    assert "Save the sheet as CSV" in done.err


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


def test_a_row_whose_statement_was_redacted_is_told_what_to_do(desk: Desk) -> None:
    """It stays removed; the advice is not to mend a cell."""
    desk.bring(desk.file(*ROWS))
    path = f"/v1/timelines/{desk.timeline}/statements/claims.A1/redactions"
    answer = desk.service.ask("POST", path, json={"reason": "A name in it."})
    assert answer.status_code == 201, answer.text
    report = desk.bring(desk.file(*ROWS))
    assert counts(report) == (0, 2, 0, 1, 0)
    assert "removed on purpose" in report["reasons"][0]["advice"]


def test_a_mapping_for_another_file_is_refused_with_every_place(desk: Desk) -> None:
    """Before anything is recorded."""
    path = desk.file(*ROWS)
    path.write_text(path.read_text().replace("What;Who", "Wording;Speaker"))
    done = desk.run(path, "--map", str(desk.map), "--yes")
    assert done.code == 2
    for place in ("/text/column", "/said/by/column"):
        assert place in done.err
    assert desk.get("").status_code == 404


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


def essence(desk: Desk) -> dict[str, Any]:
    """Every statement as it is shown, without what the recording itself makes."""
    own = {"revision", "changed", "recorded_at", "corrected_at", "because"}
    found: dict[str, Any] = {}
    for id_, shown in desk.statements().items():
        relations = [
            {name: value for name, value in relation.items() if name != "revision"}
            for relation in shown["relations"]
        ]
        retraction = shown["retraction"] and shown["retraction"]["reason"]
        rest = {name: value for name, value in shown.items() if name not in own}
        found[id_] = rest | {"relations": relations, "retraction": retraction}
    return found


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

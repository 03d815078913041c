"""What `onrecord import` refuses: rows, mappings and calls, each with what to do."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.acceptance.import_desk import HEAD, ROWS, Desk, counts
from tests.serving import Service


@pytest.fixture
def desk(service: Service, tmp_path: Path) -> Desk:
    return Desk(service, tmp_path)


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

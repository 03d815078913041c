"""Imports over HTTP: a file is sent, and whichever worker is asked says how far it is."""

from __future__ import annotations

import json
import time
import uuid

import httpx

from tests.acceptance import imports_sent
from tests.acceptance.imports_sent import CLAIMS, MAPPING, outcome, send, total
from tests.looks import look_again
from tests.serving import Service, key_headers

timeline = imports_sent.timeline

SLIDES = {
    "events": [
        {"start_date": {"year": 2012, "month": 8}, "text": {"headline": "One", "text": "<p>x</p>"}}
    ]
}


def test_a_file_is_tried_and_then_imported(server: Service, timeline: str) -> None:
    """The dry run says what would be and records nothing; the import records the rest of the rows,
    in the name of the caller; again it changes nothing."""
    tried = outcome(server, timeline, send(server, timeline, CLAIMS, mapping=MAPPING, dry_run=True))
    report = tried["report"]
    assert (report["new"], report["refused"], report["dry_run"]) == (2, 1, True)
    assert len(report["rows"]) == 2
    assert total(server, timeline) == 0
    done = outcome(server, timeline, send(server, timeline, CLAIMS, mapping=MAPPING))
    assert done["state"] == "done"
    assert (done["report"]["new"], done["report"]["refused"]) == (2, 1)
    assert total(server, timeline) == 2
    event = server.ask("GET", f"{timeline}/events/2").json()
    assert event["author"] == "owner"
    again = outcome(server, timeline, send(server, timeline, CLAIMS, mapping=MAPPING))
    assert (again["report"]["new"], again["report"]["same"]) == (0, 2)


def test_a_mapping_may_begin_with_a_mark(server: Service, timeline: str) -> None:
    """Editors on Windows put a byte-order mark before it, which the command line takes, too."""
    marked = "\ufeff" + json.dumps(MAPPING)
    done = outcome(server, timeline, send(server, timeline, CLAIMS, mapping=marked))
    assert done["report"]["new"] == 2


def test_known_formats_need_no_mapping_and_a_dry_run_writes_one(
    server: Service, timeline: str
) -> None:
    """A TimelineJS file is known by its look; for a table of a stranger the dry run has a mapping
    that imports it."""
    done = outcome(server, timeline, send(server, timeline, json.dumps(SLIDES), name="t.json"))
    assert (done["report"]["new"], done["report"]["dataset"]) == (1, "timelinejs")
    tried = outcome(server, timeline, send(server, timeline, CLAIMS, dry_run=True))
    mapping = tried["report"]["mapping"]
    assert mapping["onrecord" if "onrecord" in mapping else "resources"]
    done = outcome(server, timeline, send(server, timeline, CLAIMS, mapping=mapping))
    assert done["report"]["new"] >= 2


def form(
    server: Service, timeline: str, boundary: str, stated: str, coding: str = "identity"
) -> httpx.Response:
    """The answer to a form that may not be what its headers state."""
    part = 'Content-Disposition: form-data; name="file"'
    content = f"--{boundary}\r\n{part}\r\n\r\n{CLAIMS}\r\n--{boundary}--\r\n"
    headers = {"Content-Type": f"multipart/form-data; {stated}", "Content-Encoding": coding}
    headers |= key_headers(server.key)
    return server.ask("POST", f"{timeline}/imports", content=content, headers=headers)


def test_a_form_that_is_wrong_is_refused(server: Service, timeline: str) -> None:
    """Each refusal says what to send, and nothing is left in the data folder."""
    for sent, status, words in [
        (send(server, timeline, CLAIMS), 400, "mapping"),
        (send(server, timeline, CLAIMS, mapping={"name": "x"}), 400, "onrecord"),
        (
            send(server, timeline, CLAIMS, mapping="{"),
            400,
            '"/mapping","message":"A mapping is one object',
        ),
        (send(server, timeline, CLAIMS, format="pdf"), 400, "ucdp-ged"),
        (form(server, timeline, "x", "boundary=y"), 400, "names the boundary"),
        (form(server, timeline, "x", "boundary=x", "gzip"), 415, "without a Content-Encoding"),
        (send(server, timeline, CLAIMS, mapping=MAPPING, format="acled"), 400, "not both"),
        (send(server, timeline, CLAIMS, mapping=MAPPING, missing="drop"), 400, "retract"),
        (send(server, timeline, CLAIMS, mapping=MAPPING, other="x"), 400, "other"),
        (
            server.ask("POST", f"{timeline}/imports", files=[("file", CLAIMS)] * 2),
            400,
            '"/file","message":"The form has it twice',
        ),
        (server.ask("POST", f"{timeline}/imports", json={}), 415, "multipart"),
        (server.ask("POST", f"{timeline}/imports", data={"a": "b"}), 415, "multipart"),
        (
            send(server, "/v1/timelines/nowhere", CLAIMS, mapping=MAPPING),
            404,
            "PUT /v1/timelines/nowhere.",
        ),
        (server.ask("GET", f"{timeline}/imports/{uuid.uuid4()}"), 404, "no such import on"),
        (
            server.ask("GET", f"/v1/timelines/none/imports/{uuid.uuid4()}"),
            404,
            "timeline 'none'",
        ),
        (server.ask("GET", f"{timeline}/imports/..%2f..%2fx"), 404, "path"),
    ]:
        assert sent.status_code == status, sent.text
        assert words in sent.text
    folders = [*(server.data / "imports").iterdir()]
    assert all((folder / "order.json").exists() for folder in folders if folder.name != "mappings")


def test_a_file_that_cannot_be_read_fails_with_what_to_do(server: Service, timeline: str) -> None:
    """The call is accepted, since the mapping says what the file is; the import then says why it
    failed, and keeps no file."""
    sent = send(server, timeline, b'Ref,Text\n1,"never', mapping=MAPPING)
    failed = outcome(server, timeline, sent)
    assert failed["state"] == "failed"
    assert "quote" in failed["problem"]
    folder = server.data / "imports" / sent.json()["import"]
    while sorted(path.name for path in folder.iterdir()) != ["lock", "order.json", "state.json"]:
        look_again()  # the file goes just after the state is there


def test_a_redaction_removes_the_reports_of_its_timeline(server: Service, timeline: str) -> None:
    """What a report shows of a statement goes with the statement's text, and so do the rows that
    were refused beside it."""
    sent = send(server, timeline, CLAIMS, mapping=MAPPING)
    outcome(server, timeline, sent)
    folder = server.data / "imports" / sent.json()["import"]
    assert "It rained." in (folder / "state.json").read_text()
    assert (folder / "refused.csv").exists()
    path = f"{timeline}/statements/claims.A1/redactions"
    assert server.ask("POST", path, json={"reason": "A court ordered it."}).status_code == 201
    deadline = time.monotonic() + 60
    while folder.exists():
        assert time.monotonic() < deadline
        look_again()
    path = f"{timeline}/imports/{sent.json()['import']}"
    assert server.ask("GET", path).status_code == 404


def test_a_further_file_is_read_as_the_last_one_was(server: Service, timeline: str) -> None:
    """By the mapping of the last import, and the report says of which day that is; only the row
    that differs would change. A new guess can be had, and is made where the mapping does not
    fit the columns, which is told."""
    outcome(server, timeline, send(server, timeline, CLAIMS, mapping=MAPPING))
    further = CLAIMS.replace("rained", "rained again")
    report = outcome(server, timeline, send(server, timeline, further, dry_run=True))["report"]
    assert (report["changed"], report["same"], report["new"]) == (1, 1, 0)
    assert report["mapping"] == MAPPING
    assert (
        f"Read by the mapping of the import of {report['mapping_of']}." in report["file"]["notes"]
    )
    sent = send(server, timeline, further, dry_run=True, guess="true")
    report = outcome(server, timeline, sent)["report"]
    assert (report["mapping"] != MAPPING, report["mapping_of"]) == (True, None)
    other = further.replace("Who", "Speaker")
    report = outcome(server, timeline, send(server, timeline, other, dry_run=True))["report"]
    assert report["mapping_of"] is None
    assert any("does not fit" in note and "Who" in note for note in report["file"]["notes"])
    assert send(server, timeline, further, dry_run=True, guess="no").status_code == 400
    other = timeline.replace("/t-", "/t-other-")
    server.ask("PUT", other, json={"title": "other"})
    report = outcome(server, other, send(server, other, further, dry_run=True))["report"]
    assert report["mapping_of"] is None


def test_the_reason_of_a_correction_is_true_where_only_the_mapping_has_changed(
    server: Service, timeline: str
) -> None:
    outcome(server, timeline, send(server, timeline, CLAIMS, mapping=MAPPING))
    text = json.dumps(MAPPING).replace('"claim"', '"report"')
    outcome(server, timeline, send(server, timeline, CLAIMS, mapping=text))
    listed = server.ask("GET", f"{timeline}/statements").json()["items"]
    history = server.ask("GET", f"{timeline}/statements/{listed[0]['id']}/history").text
    assert "The row, or how it is read, has changed in claims." in history

"""Imports that are killed: whatever the moment, the same command goes on."""

from __future__ import annotations

import json
import random
import signal
from pathlib import Path

from tests.looks import look_again
from tests.program import LIMIT, Process
from tests.searches import of
from tests.serving import Service, running

ROWS = 2_000
KILLS = of(10)


def reach(service: Service, process: Process, wanted: int) -> None:
    """Return once the timeline has reached the revision, or the import has ended."""
    with service.client(timeout=LIMIT) as client:
        asked = {"min_revision": wanted}
        while client.get("/v1/timelines/t", params=asked).is_error and process.poll() is None:
            look_again()


def test_an_import_killed_again_and_again_records_each_row_once(tmp_path: Path) -> None:
    """Killed with SIGKILL once the timeline has reached a random revision, again and again, and
    then left to its end: every row is one event, and none is missing."""
    mapping = {
        "name": "rows",
        "onrecord": {"statement": {"kind": {"value": "report"}, "text": {"column": "Text"}}},
        "schema": {"primaryKey": ["Ref"]},
    }
    (tmp_path / "map.json").write_text(json.dumps(mapping))
    file = tmp_path / "rows.csv"
    file.write_text("Ref,Text\n" + "".join(f"{n},Row {n}\n" for n in range(ROWS)))
    command = ["import", "t", str(file), "--map", str(tmp_path / "map.json"), "--yes"]
    killed = 0
    with running(tmp_path) as service:
        for wanted in sorted(random.sample(range(1, ROWS), KILLS)):
            process = service.program.start(*command)
            reach(service, process, wanted)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                killed += 1
            process.communicate()
        done = service.program.run(*command)
        assert done.code == 0, done.err
        assert done.answer["new"] + done.answer["same"] == ROWS
        answer = service.ask("GET", f"/v1/timelines/t?min_revision={ROWS + 1}")
        assert answer.json()["revision"] == ROWS + 1
        answer = service.ask("GET", "/v1/timelines/t/statements?count=true&limit=1")
        assert answer.json()["total"] == ROWS
    assert killed > 0

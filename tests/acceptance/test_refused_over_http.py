"""The rows that an import by HTTP has refused: they are had, mended and imported by themselves."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.looks import look_again
from tests.serving import Service, running

AT = "/v1/timelines/rain"
CLAIMS = "Ref,Text,When\nA1,It rained.,2024-10-13\nA2,=1+1,13.10.24\nA3,It snowed.,soon\n"
MAPPING = {
    "name": "rain-claims",
    "schema": {"primaryKey": ["Ref"]},
    "onrecord": {
        "statement": {
            "kind": {"value": "claim"},
            "text": {"column": "Text"},
            "said": {"on": {"column": "When", "date": ["iso"]}},
        }
    },
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("refused"), "--workers", "1") as service:
        service.ask("PUT", AT, json={"title": "Rain"})
        yield service


def brought(service: Service, name: str, content: str | bytes, **form: str) -> Any:
    """The import of a file once it is over; a dry run without a form."""
    path = f"{AT}/imports" + ("" if form else "?dry_run=true")
    sent = service.ask("POST", path, files={"file": (name, content)}, data=form)
    assert sent.status_code == 202, sent.text
    deadline = time.monotonic() + 60
    while (state := service.ask("GET", f"{AT}/imports/{sent.json()['import']}").json())[
        "state"
    ] not in ("done", "failed"):
        assert time.monotonic() < deadline
        look_again()
    return state


def test_refused_rows_are_had_mended_and_imported_by_themselves(service: Service) -> None:
    """The file has their cells and reasons, and no formula; under its own name, a number of a
    browser's included, it is read by the mapping of the import, as rows of the same dataset."""
    first = brought(service, "Rain claims.csv", CLAIMS, mapping=json.dumps(MAPPING))
    assert (first["report"]["new"], first["refused_rows"]) == (1, 2)
    path = f"{AT}/imports/{first['import']}/refused"
    file, head = service.ask("GET", path), service.ask("HEAD", path)
    assert file.headers["Content-Type"] == head.headers["Content-Type"] == "text/csv; charset=utf-8"
    name = 'attachment; filename="rain-claims.refused.csv"'
    assert file.headers["Content-Disposition"] == head.headers["Content-Disposition"] == name
    text = file.content.decode("utf-8-sig")
    rows = [*csv.DictReader(io.StringIO(text, newline=""))]
    assert [(row["_line"], row["Ref"], row["Text"]) for row in rows] == [
        ("3", "A2", "'=1+1"),
        ("4", "A3", "It snowed."),
    ]
    assert all(row["_column"] == "When" and row["_reason"] for row in rows)
    mended = text.replace("13.10.24", "2024-10-13").encode("utf-8-sig")
    tried = brought(service, "rain-claims.refused (1).csv", mended)["report"]
    assert tried["mapping"] == MAPPING
    done = brought(service, "rain-claims.refused.csv", mended, mapping=json.dumps(MAPPING))
    assert [done["report"][name] for name in ("new", "same", "refused", "missing")] == [1, 0, 1, 0]
    shown = service.ask("GET", f"{AT}/statements/rain-claims.A2").json()
    assert shown["text"] == "=1+1"


def test_an_import_that_refused_nothing_has_no_such_file(service: Service) -> None:
    """The answer says why, and what to do."""
    done = brought(service, "good.csv", CLAIMS.splitlines()[0] + "\nB1,It rained.,2024\n")
    assert done["refused_rows"] == 0
    answer = service.ask("GET", f"{AT}/imports/{done['import']}/refused")
    assert answer.status_code == 404
    assert "it has refused none" in answer.json()["detail"]

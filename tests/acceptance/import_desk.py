"""What the tests of `onrecord import` share: a table, its mapping, and somebody who imports it."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import httpx

from tests.program import Done
from tests.serving import Service, described

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


def counts(report: Any) -> tuple[int, ...]:
    return tuple(report[name] for name in ("new", "same", "changed", "refused", "missing"))


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

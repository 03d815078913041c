"""Someone who imports files to a timeline in memory."""

from __future__ import annotations

import csv
import io
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from service.interchange.imports.import_file import ImportFile, ImportRun, recognized
from service.interchange.imports.importing import MissingRows
from service.interchange.imports.refused_rows import RefusedFile
from service.interchange.mappings.mapping import RowMapping, mapping_of
from service.messages.imports import ImportReport
from tests.unit.service.interchange.imports.held_statements import HeldStatements

__all__ = ["GOOD", "STATEMENT", "Desk"]

GOOD = '{"Ref": "%s", "What": "It rained.", "When": "2024-10-13"}'
STATEMENT = {
    "kind": {"value": "claim"},
    "text": {"column": "What"},
    "said": {"on": {"column": "When", "date": ["iso"]}},
}


class Desk:
    """Someone who imports files to one timeline."""

    def __init__(self, folder: Path) -> None:
        self.target = HeldStatements()
        self.refused = io.StringIO(newline="")
        self._folder = folder

    async def bring(
        self,
        content: bytes | str,
        name: str = "rows.csv",
        missing: MissingRows = "report",
        statement: dict[str, Any] = STATEMENT,
        key: str | None = "Ref",
    ) -> ImportReport:
        path = self.write(content, name)
        file = recognized(path) or ImportFile(path, self.mapping(statement, key))
        return await self.run_of(file, missing).run(dry_run=False)

    def write(self, content: bytes | str, name: str = "rows.csv") -> Path:
        path = self._folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def mapping(self, statement: dict[str, Any] = STATEMENT, key: str | None = "Ref") -> RowMapping:
        schema = {} if key is None else {"primaryKey": [key]}
        resource = {"name": "rows", "schema": schema, "onrecord": {"statement": statement}}
        return mapping_of({"name": "rows", "resources": [resource]})

    def run_of(self, file: ImportFile, missing: MissingRows = "report") -> ImportRun:
        self.refused = io.StringIO(newline="")
        return ImportRun(
            file,
            self.target,
            1_800_000_000,
            missing,
            lambda facts: nullcontext(RefusedFile(self.refused, facts)),
            lambda _, __: None,
        )

    @property
    def refused_rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.refused.getvalue(), newline="")))

"""What was ordered by a call, and how far it is."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from service.access.principal import EVERYONE, Principal
from service.http.limits.caller import network_of
from service.interchange.imports.importing import MissingRows

__all__ = ["ImportOrder", "ImportStatus"]

ImportStateName = Literal["waiting", "running", "done", "failed"]
_NO_TEXTS: Final[dict[str, Any]] = {
    "columns": {},
    "reasons": [],
    "rows": [],
    "changed_rows": [],
    "missing_statements": [],
    "warnings": [],
    "file": None,
    "mapping": None,
}
"""The members of a report that show what stands in the file, without it."""


class ImportOrder(Struct, frozen=True, kw_only=True):
    """An import as it was ordered. `name` is the file's own; `format` or `mapping` says what it is
    imported by, else its look does; a dry run `as_before` begins with the mapping of the dataset's
    last import. `client` is the address that it was sent from."""

    timeline: str
    principal: Principal
    name: str
    format: str | None = None
    mapping: dict[str, Any] | None = None
    dry_run: bool = False
    as_before: bool = False
    missing: MissingRows = "report"
    client: str = ""

    @property
    def caller(self) -> str:
        """For whom it counts: the principal, or the client's address where none was proved."""
        return network_of(self.client) if self.principal == EVERYONE else self.principal.name


class ImportStatus(Struct, frozen=True, kw_only=True):
    """How far an import is. `report` is null before it has begun; `problem` says why one failed.
    `attempts`: how many processes have begun it."""

    state: ImportStateName
    report: dict[str, Any] | None = None
    problem: str | None = None
    attempts: int = 0

    @property
    def counts_alone(self) -> ImportStatus:
        """The same without anything that stands in the file."""
        if self.report is None:
            return self
        return replace(self, report=self.report | _NO_TEXTS)

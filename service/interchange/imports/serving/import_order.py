"""The order of an import, and its progress."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from events.errors import Unknown
from projections.queries.timelines import timeline_at
from service.access.principal import EVERYONE, Principal
from service.http.limits.caller import network_of
from service.interchange.imports.importing import MissingRows
from service.reading.read_side import ReadSide

__all__ = ["ImportOrder", "ImportStatus", "check_timeline"]

_IN_VAIN: Final = 3
"""How many processes may end before an import has recorded its first rows."""
_ATTEMPTS: Final = 20
"""How many processes may end during one import."""
_GIVEN_UP: Final = (
    "Import it by the command line, which shows where that fails, and tell the operator."
)

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
"""The members of a report that show content of the file, with their empty values."""


class ImportOrder(Struct, frozen=True, kw_only=True):
    """An import as ordered. `name` is the file's own; `format` or `mapping` says how it is
    imported, else its look does; a dry run `as_before` begins with the mapping of the dataset's
    last import. `client` is the sender's address."""

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
        """The caller that it counts for: the principal, or the client's address if no principal was
        proved."""
        return network_of(self.client) if self.principal == EVERYONE else self.principal.name


class ImportStatus(Struct, frozen=True, kw_only=True):
    """The progress of an import. `report` is null before it has begun; `problem` says why it
    failed. `attempts`: how many processes have begun it, the first of them at `begun`, in
    microseconds since 1970; `refused_rows`: how many rows its file of
    refused ones has."""

    state: ImportStateName
    report: dict[str, Any] | None = None
    problem: str | None = None
    attempts: int = 0
    begun: int = 0
    refused_rows: int = 0

    @property
    def earlier(self) -> int | None:
        """When the first process began, if this one is a later one."""
        return self.begun if self.attempts > 1 else None

    @property
    def given_up(self) -> ImportStatus | None:
        """The failure of an import during which processes ended: every one before the first rows
        were recorded, or very many. None if another attempt makes sense."""
        most = _IN_VAIN if self.report is None else _ATTEMPTS
        if self.attempts < most:
            return None
        reason = f"{most} processes of this service ended while they imported the file. {_GIVEN_UP}"
        return ImportStatus(state="failed", report=self.report, problem=reason)

    @property
    def counts_alone(self) -> ImportStatus:
        """The same without content of the file."""
        report = None if self.report is None else self.report | _NO_TEXTS
        return replace(self, report=report, refused_rows=0)


def check_timeline(read_side: ReadSide, name: str) -> None:
    """Raise Unknown if there is no such timeline: no import opens one."""
    if timeline_at(read_side.reader_of(name), name) is None:
        words = f"There is no timeline {name!r} here. Open it first: PUT /v1/timelines/{name}."
        raise Unknown("timeline", name, words)

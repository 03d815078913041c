"""Statements as exports are given them, made for tests by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from events.edtf import dates
from projections.answers.timeline import Timeline
from service.interchange.writers.exported import (
    ExportedStatement,
    HeldBatches,
    Preamble,
    WriteStatements,
)

__all__ = ["PREAMBLE", "as_exported", "exported", "shown_json", "written"]

_AT: Final = "2026-11-24T06:00:00.123456Z"

PREAMBLE: Final = Preamble(
    Timeline(
        timeline="kursk",
        title="Troops & <others> in Kursk",
        description="Who said what.",
        language="en",
        revision=61,
        statements=2,
        first=None,
        last=None,
        opened_at=_AT,
        updated_at=_AT,
    ),
    "00000000-0000-4000-8000-000000000000",
    "https://record.example",
)


def shown_json(**fields: Any) -> dict[str, Any]:
    """A statement as the API shows it; `by`, `with_`, `on` and `via` beside the fields of one."""
    said = {
        "by": fields.pop("by", "KCNA"),
        "with": fields.pop("with_", []),
        "on": fields.pop("on", None),
        "via": fields.pop("via", []),
    }
    occurred = fields.get("occurred")
    return {
        "id": "a",
        "kind": "claim",
        "text": "It rained.",
        "language": "en",
        "said": said,
        "occurred": None,
        "about": [],
        "places": [],
        "quantities": [],
        "sources": [],
        "rating": None,
        "tags": [],
        "origin": None,
        "extra": {},
        "bounds": {"occurred": _bounds(occurred), "said": _bounds(said["on"])},
        "unsourced": True,
        "recorded_at": _AT,
        "corrected_at": None,
        "standing": "asserted",
        "because": [],
        "supports": 0,
        "disputes": 0,
        "relations": [],
        "credibility": None,
        "retraction": None,
        "revision": 2,
        "changed": 2,
    } | fields


def _bounds(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    date = dates.parse(text)
    start, end = (
        {
            side: None if second is None else dates.rfc3339(second)
            for side, second in (("earliest", bounds.earliest), ("latest", bounds.latest))
        }
        for bounds in (date.start, date.end)
    )
    return {"start": start, "end": end, "qualifiers": list(date.qualifiers)}


def exported(**fields: Any) -> ExportedStatement:
    """A statement with these fields; `changed_at` is when it changed last."""
    changed_at = fields.pop("changed_at", _AT)
    return _exported(shown_json(**fields), changed_at)


def _exported(shown: dict[str, Any], changed_at: str = _AT) -> ExportedStatement:
    changed = shown["changed"]
    return ExportedStatement(msgspec.json.encode(shown), changed, lambda: {changed: changed_at})


def written(
    write: WriteStatements, *batches: Sequence[ExportedStatement], preamble: Preamble = PREAMBLE
) -> bytes:
    """The whole file that a format writes."""
    return b"".join(write(preamble, HeldBatches(*batches)))


def as_exported(shown: Iterable[dict[str, Any]]) -> list[ExportedStatement]:
    """Statements that the API shows, as exports are given them."""
    return [_exported(each) for each in shown]

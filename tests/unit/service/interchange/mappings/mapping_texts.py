"""Mappings that tests share."""

from __future__ import annotations

from typing import Any

from service.interchange.mappings.mapping import RowMapping, mapping_of

CLAIMS: dict[str, Any] = {
    "kind": {"value": "claim"},
    "text": {"template": "{What} ({Ref})"},
    "said": {
        "by": {"column": "Who", "clean": True},
        "with": {"column": "With", "split": ";"},
        "on": {"column": "When", "date": ["dmy"]},
    },
    "occurred": {
        "start": {"column": "From", "date": ["iso"]},
        "end": {"column": "To", "date": ["iso"]},
        "precision": {"column": "date_prec", "lookup": {"1": "exact"}, "else": "one-of"},
    },
    "about": [{"actor": {"column": "Against", "split": ";"}, "role": {"value": "target"}}],
    "quantities": [
        {
            "what": {"value": "dead"},
            "low": {"column": "low"},
            "best": {"column": "best"},
            "high": {"column": "high"},
            "unit": {"value": "person"},
            "qualifier": {"column": "Q", "lookup": {"more": "more-than"}},
        }
    ],
    "tags": {"column": "Tags", "split": ";", "slug": True},
    "extra": {"html": {"column": "H", "strip-html": True}},
}
"""The statement of the mapping that the documentation shows."""


def mapping(statement: dict[str, Any], **schema: Any) -> RowMapping:
    """A mapping named `claims` with that statement. `ignore` is ours, the rest is of the schema."""
    ours = {"statement": statement, "ignore": schema.pop("ignore", [])}
    resource = {"name": "rows", "path": "rows.csv", "schema": schema, "onrecord": ours}
    return mapping_of({"name": "claims", "resources": [resource]})


def minimal(**statement: Any) -> dict[str, Any]:
    """The least that a mapping needs, and these fields."""
    return {"kind": {"value": "report"}, "text": {"column": "Text"}, **statement}

"""Texts for the rows of a known table that lacks the columns of which its mapping makes the text.
Many people download a few columns only."""

from __future__ import annotations

import re
from collections.abc import Collection
from copy import deepcopy
from typing import Any, Final

from service.interchange.mappings.fields import TextField
from service.interchange.mappings.mapping import RowMapping, mapping_of

__all__ = ["mapping_for_columns"]

_PARTS: Final = {
    "ucdp-ged": (
        ("{conflict_name}",),
        ("{dyad_name}", "{side_a} - {side_b}"),
        ("{where_coordinates}", "{adm_1}"),
        ("{country}",),
    ),
    "acled": (
        ("{sub_event_type}", "{event_type}", "{disorder_type}"),
        ("{actor1}",),
        ("{location}", "{admin1}"),
        ("{country}",),
    ),
}
"""For each format the parts of a text; for each part its alternatives, the best first."""
_COLUMN: Final = re.compile(r"\{([^}]*)\}")


def mapping_for_columns(mapping: RowMapping, columns: Collection[str]) -> RowMapping:
    """The mapping of a known format for a table with these columns; if its own text columns are
    missing, with a text made from the columns that exist."""
    text = mapping.outline.members["text"]
    if not isinstance(text, TextField) or set(text.expression.columns) <= set(columns):
        return mapping
    parts = (_said(ways, columns) for ways in _PARTS.get(mapping.name, ()))
    template = ", ".join(filter(None, parts))
    if not template:
        return mapping
    descriptor: dict[str, Any] = deepcopy(dict(mapping.descriptor))
    descriptor["resources"][0]["onrecord"]["statement"]["text"] = {"template": template}
    return mapping_of(descriptor)


def _said(ways: Collection[str], columns: Collection[str]) -> str:
    return next((way for way in ways if set(_COLUMN.findall(way)) <= set(columns)), "")

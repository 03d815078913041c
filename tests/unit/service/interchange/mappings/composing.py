"""What a row becomes by a mapping."""

from __future__ import annotations

from typing import Any

from service.interchange.mappings.composer import Composed, Composer
from service.interchange.tables.row import TableRow
from tests.unit.service.interchange.mappings.mapping_texts import mapping


def composed(statement: dict[str, Any], cells: dict[str, Any], **schema: Any) -> Composed:
    return Composer(mapping(statement, **schema)).compose(TableRow(2, cells))

"""What an import says about a file, before it is recorded and afterwards."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

__all__ = [
    "ChangedRow",
    "ColumnLoss",
    "DatasetMapping",
    "FieldChange",
    "FileFacts",
    "ImportReport",
    "LossExample",
    "MissingStatement",
    "Remark",
    "SentReport",
]


class LossExample(Struct, frozen=True, kw_only=True):
    """A cell that a statement does not have as it was: its line, its text, and what became of it;
    null if it was dropped."""

    line: int
    value: str
    became: str | None


class ColumnLoss(Struct, kw_only=True):
    """What became of a column's cells, in accepted rows, that were not empty.

    `mapped`: the whole text is in the statement; `rewritten`: a part of it, or in other words;
    `dropped`: nothing of it; `ignored`: the mapping leaves the column out on purpose. Up to three
    `examples`.
    """

    mapped: int = 0
    rewritten: int = 0
    dropped: int = 0
    ignored: int = 0
    examples: list[LossExample] = []


class Remark(Struct, kw_only=True):
    """A remark about many rows: how many they are; the line, column and value of the first; and
    what to do."""

    reason: str
    rows: int
    line: int
    column: str | None
    value: str
    advice: str


class FileFacts(Struct, frozen=True, kw_only=True):
    """What was found out about the file. `format`: csv, tsv, xlsx, ods, json, jsonl or a known
    format's name. `notes` are sentences: a byte-order mark, lines above the header, columns without
    a name. `header_line` is 0 if no row has the names of the columns, null if there is no such row.
    `counts`: what `line` counts, lines or rows of the file or its records, from 1."""

    format: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_line: int | None = None
    counts: Literal["line", "row", "record"] = "line"
    columns: list[str] = []
    notes: list[str] = []


class FieldChange(Struct, frozen=True, kw_only=True):
    """A field that a row changes: the JSON Pointer to it, what it is in the statement, and what it
    is in the row. Null means that there it has nothing. Long texts are cut around their first
    difference."""

    path: str
    before: Any
    after: Any


class ChangedRow(Struct, frozen=True, kw_only=True):
    """A row that changes its statement: its line, what it is known by in its dataset, the
    statement's id, and the fields in which the two differ."""

    line: int
    key: str | None
    id: str
    fields: list[FieldChange]


class MissingStatement(Struct, frozen=True, kw_only=True):
    """A statement whose row is not in the file: its id, the key of its row, and its text,
    shortened."""

    id: str
    key: str | None
    text: str


class ImportReport(Struct, kw_only=True):
    """What an import does, or would do. `missing`: statements of the same dataset that no row of
    the file has. `columns` and `reasons` are the loss report; `rows` shows up to five rows as the
    statements that they become. `changed_rows` and `missing_statements` name up to a hundred of
    those that are counted. `proposals`: the ids of the proposals that the rows became, if the
    importer may only propose."""

    dataset: str
    new: int = 0
    same: int = 0
    changed: int = 0
    refused: int = 0
    missing: int = 0
    retracted: int = 0
    reinstated: int = 0
    proposals: list[str] = []
    columns: dict[str, ColumnLoss] = {}
    reasons: list[Remark] = []
    rows: list[dict[str, Any]] = []
    changed_rows: list[ChangedRow] = []
    missing_statements: list[MissingStatement] = []
    warnings: list[Remark] = []
    file: FileFacts | None = None
    dry_run: bool = False


class SentReport(ImportReport, kw_only=True):
    """The report of a file that was sent. `mapping`: what it was read by, unless that is a known
    format; `mapping_of`: the day of the import that this comes from, if it is an earlier one."""

    mapping: dict[str, Any] | None = None
    mapping_of: str | None = None


class DatasetMapping(Struct, frozen=True, kw_only=True):
    """The mapping by which files of a dataset are read on a timeline, and the day (UTC) of the last
    import by it."""

    dataset: str
    day: str
    mapping: dict[str, Any]

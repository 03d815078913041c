"""What is left of a report when something of its timeline is redacted."""

from __future__ import annotations

from typing import Any

import msgspec

from service.interchange.imports.serving.import_order import ImportStatus
from service.messages.imports import (
    ChangedRow,
    ColumnLoss,
    FieldChange,
    FileFacts,
    LossExample,
    MissingStatement,
    Remark,
    SentReport,
)

_TEXT = "what was redacted"
_REMARK = Remark(reason="r", rows=1, line=1, column=None, value=_TEXT, advice="a")


def _full() -> SentReport:
    """A report that has the text wherever a report may show what stands in a file."""
    change = FieldChange(path="/text", before=_TEXT, after=None)
    return SentReport(
        dataset="rows",
        new=7,
        missing=3,
        columns={"What": ColumnLoss(examples=[LossExample(line=1, value=_TEXT, became=None)])},
        reasons=[_REMARK],
        rows=[{"text": _TEXT}],
        changed_rows=[ChangedRow(line=1, key=_TEXT, id="a", fields=[change])],
        missing_statements=[MissingStatement(id="a", key="1", text=_TEXT)],
        warnings=[_REMARK],
        file=FileFacts(format="csv", columns=[_TEXT]),
        mapping={"name": _TEXT},
    )


def test_counts_are_left_and_no_text_is() -> None:
    """Every member that shows texts of the file is empty, and of the form that it had."""
    shown: dict[str, Any] = msgspec.to_builtins(_full())
    left = ImportStatus(state="done", report=shown).counts_alone.report
    assert left is not None
    assert _TEXT not in str(left)
    assert (left["dataset"], left["new"], left["missing"]) == ("rows", 7, 3)
    assert msgspec.convert(left, SentReport).changed_rows == []


def test_every_member_is_thought_of() -> None:
    """A member that is new in a report is in this test, or shows no text."""
    counts = {"new", "same", "changed", "refused", "missing", "retracted", "reinstated", "dry_run"}
    others = {"dataset", "proposals", "mapping_of"}
    shown = {name for name, value in msgspec.to_builtins(_full()).items() if _TEXT in str(value)}
    assert {*SentReport.__struct_fields__} == counts | others | shown

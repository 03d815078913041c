"""The text of a row."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.unit.service.interchange.guessing.guessed_sheets import GuessedSheet, guessed_sheet

_SAID = [
    "The bridge was closed on Tuesday.",
    "The bridge is open, and it has never been closed.",
    "Nobody has closed any bridge here, as far as we know.",
]


def _found(path: Path, columns: list[str], rows: int, every: int) -> GuessedSheet:
    """What is guessed where each row but one of `every` has a text."""
    who = ["Mayor", "Police", "Union", "Army"]
    cells = [
        [
            who[n % 4],
            f"2024-05-{1 + n % 28:02}",
            f"2024-04-{1 + n % 28:02}",
            _SAID[n % 3] if n % every else "",
            "claim" if n % 3 else "denial",
        ]
        for n in range(rows)
    ]
    return guessed_sheet(path / "sheet.csv", columns, cells)


_NAMED: Final[list[tuple[list[str], str]]] = [
    (["Speaker", "Date said", "When", "Claim", "Kind"], "Claim"),
    (["speaker", "said", "happened", "text", "kind"], "text"),
    (["Sprecher", "Gesagt am", "Wann", "Aussage", "Art"], "Aussage"),
    (["Orateur", "Date", "Quand", "Déclaration", "Type"], "Déclaration"),
    (["Спікер", "Дата", "Коли", "Заява", "Тип"], "Заява"),
    (["Speaker", "Date said", "When", "Quote", "Kind"], "Quote"),
]
"""The columns of sheets, and which of them is the text."""


@pytest.mark.parametrize(
    ("columns", "text", "rows"),
    [
        *((*named, rows) for named in _NAMED for rows in (4, 8)),
        *((*named, 200) for named in (_NAMED[0], _NAMED[-1])),
    ],
)
def test_a_column_named_like_a_text_is_the_text_although_a_quarter_has_none(
    tmp_path: Path, columns: list[str], text: str, rows: int
) -> None:
    """Rows without it are refused, each by that column."""
    found = _found(tmp_path, columns, rows, every=4)
    assert found.resource["onrecord"]["statement"]["text"] == {"column": text}
    assert [fault.column for fault in found.faults] == [text] * (rows // 4)
    assert found.statements[1]["text"] == _SAID[1]


def test_a_text_that_few_rows_have_is_told_with_other_columns(tmp_path: Path) -> None:
    """No row is refused for a remark that hardly anybody makes, and none has a name of a column
    with nothing behind it."""
    columns = ["Day", "Town", "Killed", "Quote", "Region"]
    rows = [
        [f"2024-05-{n:02}", f"Town {n}", f"{n}", "" if n % 4 else _SAID[n % 3], "North" * (n == 2)]
        for n in range(1, 13)
    ]
    found = guessed_sheet(tmp_path / "sheet.csv", columns, rows)
    told = [statement["text"] for statement in found.statements]
    assert told[0].startswith("Day: 2024-05-01; Town: Town 1")
    assert told[3].startswith(f"{_SAID[1]}\n\nDay: 2024-05-04;")
    assert "Quote" not in "".join(told)
    assert "Region" not in "".join(told)
    assert found.faults == []

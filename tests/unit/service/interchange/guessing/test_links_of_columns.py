"""What columns beside several links say, and of which one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tests.unit.service.interchange.guessing.guessed_sheets import guessed_sheet

_CLAIMS: Final = (
    "The minister said that the dam was broken.",
    "The minister said that the school had no roof.",
)


def _mapped(path: Path, columns: str, *cells: str) -> dict[str, Any]:
    """The statement of the mapping for a sheet with two rows."""
    rows = [[cell.format(n) for cell in cells] for n in (1, 2)]
    for row, claim in zip(rows, _CLAIMS, strict=True):
        row[0] = claim
    found = guessed_sheet(path / "claims.csv", columns.split(","), rows)
    assert found.faults == []
    statement: dict[str, Any] = found.resource["onrecord"]["statement"]
    return statement


def _columns(sources: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{part: place["column"] for part, place in source.items()} for source in sources]


def test_a_headline_a_publisher_and_a_date_are_those_of_their_own_link(tmp_path: Path) -> None:
    """The headline of where it was claimed is not the title of the check."""
    statement = _mapped(
        tmp_path,
        "claim_text,claimant,claim_url,claim_headline,review_url,review_publisher,review_date",
        *("", "Ann Lee", "https://a.example/{}", "Dam broken, says Lee {}"),
        *("https://f.example/{}", "Facts Ltd", "2024-05-0{}"),
    )
    assert _columns(statement["sources"]) == [
        {"url": "claim_url", "title": "claim_headline"},
        {"url": "review_url", "publisher": "review_publisher", "published": "review_date"},
    ]


def test_an_archived_copy_is_of_the_link_that_its_name_says(tmp_path: Path) -> None:
    """Where another link stands between them, too; without common words it is the nearest one."""
    links = ("https://a.example/{}", "https://b.example/{}", "https://web.archive.org/{}")
    named = _mapped(tmp_path, "Claim,Claimant,src1,src2,src1_archived", "", "Ann Lee", *links)
    assert _columns(named["sources"]) == [
        {"url": "src1", "archive_url": "src1_archived"},
        {"url": "src2"},
    ]
    near = _mapped(tmp_path, "Claim,Claimant,src1,src2,Wayback", "", "Ann Lee", *links)
    assert _columns(near["sources"]) == [{"url": "src1"}, {"url": "src2", "archive_url": "Wayback"}]

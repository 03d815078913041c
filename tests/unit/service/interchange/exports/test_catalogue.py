"""The formats, as the documentation describes them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, get_args

from service.interchange.exports.catalogue import EVENT_FORMATS, STATEMENT_FORMATS
from service.messages.exports import ExportFormat
from tests.rows import each_row

_PAGE: Final = Path(__file__).resolve().parents[5] / "docs" / "interchange.md"
_NO_FIELDS: Final = frozenset({"¦", "X-ONRECORD-OCCURRED"})


def _rows(heading: str) -> dict[str, str]:
    """The table behind a heading: what stands in its second column, for each format."""
    behind = _PAGE.read_text().partition(heading)[2]
    found: dict[str, str] = {}
    for formats, told in re.findall(
        r"^\| ((?:`[a-z-]+`(?:, )?)+) \| (.*?) \|", behind, re.MULTILINE
    ):
        found |= dict.fromkeys(re.findall("`([a-z-]+)`", formats), told)
    return found


def test_every_format_has_its_place() -> None:
    """The names that clients choose from are those of the formats, and the page explains each."""
    names = {*get_args(ExportFormat)}
    assert names == EVENT_FORMATS.keys() | STATEMENT_FORMATS.keys()
    assert _rows("## Take a timeline home").keys() >= names


@each_row("name", STATEMENT_FORMATS)
def test_the_page_tells_what_a_format_cannot_hold(name: str) -> None:
    """The table names every field that the format may lose, and no other."""
    told = _rows("## What each format cannot hold")[name]
    named = {*re.findall("`([^`]+)`", told)} - _NO_FIELDS
    assert named == {loss.field for loss in STATEMENT_FORMATS[name].losses}

"""Years that no calendar has, as timelines of the universe and of evolution tell them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.interchange.formats.known import look_of, open_mapped
from service.interchange.mappings.composer import Composer
from service.interchange.writers.loss import LossCount
from service.interchange.writers.timelinejs import LOSSES, write_timelinejs
from tests.unit.service.interchange.writers.made import exported, written


def _read(path: Path) -> list[str]:
    look = look_of(path)
    assert look is not None
    with open_mapped(path, look) as source:
        composer = Composer(source.mapping)
        return [str(composer.compose(row).statement["occurred"]) for row in source.table.rows]


@pytest.mark.parametrize(
    ("slide", "date"),
    [
        ({"start_date": {"year": "-300000"}}, "Y-300000"),
        ({"start_date": {"year": -4600000000}}, "Y-4600000000"),
        (
            {"start_date": {"year": -540000000}, "end_date": {"year": -485400000}},
            "Y-540000000/Y-485400000",
        ),
    ],
)
def test_a_slide_of_the_distant_past_goes_in_and_out(
    slide: dict[str, object], date: str, tmp_path: Path
) -> None:
    """It is no statement without a beginning, and comes back as it was."""
    path = tmp_path / "timeline.json"
    text = {"headline": "The Sun ignites", "text": ""}
    path.write_text(json.dumps({"events": [slide | {"text": text}]}))
    assert _read(path) == [date]
    batch = [exported(occurred=date)]
    path.write_bytes(written(write_timelinejs, batch))
    assert _read(path) == [date]
    count = LossCount(LOSSES)
    count.add(batch)
    assert "statement" not in [lost.field for lost in count.lost()]

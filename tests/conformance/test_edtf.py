"""The shared EDTF vectors (OpenHistoricalMap/edtf-java, BSD-2-Clause), every row of them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from events.edtf.dates import parse, rfc3339
from events.errors import DateError
from tests.rows import each_row

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "vectors" / "edtf"
ROWS_IN_ALL = 184

Bound = str | None
Outcome = tuple[Bound, Bound] | str  # the widest span in RFC 3339, or "refused"

NORTH = "the seasons 21 to 28 begin in March; the vectors take them for quarters"
SOUTH = "30 is December to February; the vectors take it for the third quarter"
THIRD = "37 is January to April; the vector ends it in May"
OFFSET = "its milliseconds contradict its own last column, which is right"
FEBRUARY = "a day that does not exist is refused; the vector only looks at the spelling"
MILLISECONDS = "its milliseconds are not those of that year"
NOT_ALONE = "a decade stands alone: with a qualifier too many people mean an unknown digit by it"
OTHER_FILE = "loc-spec.tsv and level1.tsv give that year's true bounds; here they are of -9999"

# (file, input) → what we say instead, and why. Everything else must agree.
DEVIATIONS: dict[tuple[str, str], tuple[Outcome, str]] = {
    ("level1.tsv", "2020-21"): (("2020-03-01T00:00:00Z", "2020-05-31T23:59:59Z"), NORTH),
    ("level1.tsv", "2020-22"): (("2020-06-01T00:00:00Z", "2020-08-31T23:59:59Z"), NORTH),
    ("level1.tsv", "2020-23"): (("2020-09-01T00:00:00Z", "2020-11-30T23:59:59Z"), NORTH),
    ("level1.tsv", "2020-24"): (("2020-12-01T00:00:00Z", "2021-02-28T23:59:59Z"), NORTH),
    ("level1.tsv", "1999-24"): (("1999-12-01T00:00:00Z", "2000-02-29T23:59:59Z"), NORTH),
    ("loc-spec.tsv", "2001-21"): (("2001-03-01T00:00:00Z", "2001-05-31T23:59:59Z"), NORTH),
    ("level2.tsv", "2020-25"): (("2020-03-01T00:00:00Z", "2020-05-31T23:59:59Z"), NORTH),
    ("level2.tsv", "2020-30"): (("2020-12-01T00:00:00Z", "2021-02-28T23:59:59Z"), SOUTH),
    ("level2.tsv", "2020-37"): (("2020-01-01T00:00:00Z", "2020-04-30T23:59:59Z"), THIRD),
    ("level2.tsv", "199?"): ("refused", NOT_ALONE),
    ("level2.tsv", "199~"): ("refused", NOT_ALONE),
    ("level2.tsv", "199%"): ("refused", NOT_ALONE),
    ("edge-cases.tsv", "2020-05-01T10:30:00\u221205:00"): (
        ("2020-05-01T15:30:00Z", "2020-05-01T15:30:00Z"),
        OFFSET,
    ),
    ("edge-cases.tsv", "2020-05-01T00:00:00+14:00"): (
        ("2020-04-30T10:00:00Z", "2020-04-30T10:00:00Z"),
        OFFSET,
    ),
    ("edge-cases.tsv", "2020-05-01T00:00:00-12:00"): (
        ("2020-05-01T12:00:00Z", "2020-05-01T12:00:00Z"),
        OFFSET,
    ),
    ("edge-cases.tsv", "Y100000"): (
        ("+100000-01-01T00:00:00Z", "+100000-12-31T23:59:59Z"),
        MILLISECONDS,
    ),
    ("edge-cases.tsv", "Y-10000"): (
        ("-10000-01-01T00:00:00Z", "-10000-12-31T23:59:59Z"),
        OTHER_FILE,
    ),
    ("edge-cases.tsv", "1900-02-29"): ("refused", FEBRUARY),
    ("edge-cases.tsv", "2019-02-29"): ("refused", FEBRUARY),
}


class Row(NamedTuple):
    file: str
    input: str
    kind: str
    least: str
    most: str
    edtf: str
    valid: bool


def read_rows() -> list[Row]:
    """Every row of every file; in the files without a column `valid` all are."""
    rows = []
    for file in sorted(FOLDER.glob("*.tsv")):
        _header, *lines = file.read_text(encoding="utf-8").splitlines()
        for line in lines:
            if not line.startswith("#"):
                text, kind, _level, least, most, edtf, *valid = line.split("\t")
                rows.append(Row(file.name, text, kind, least, most, edtf, valid != ["INVALID"]))
    return rows


ROWS = read_rows()
needs_vectors = pytest.mark.skipif(not ROWS, reason=f"the shared vectors are not at {FOLDER}")


def expected(row: Row) -> Outcome | None:
    """What the vector says; None where both are 0: it is valid, and no bounds are given."""
    if not row.valid:
        return "refused"
    if row.least == row.most == "0":
        return None
    return bound(row.least), bound(row.most)


def bound(milliseconds: str) -> Bound:
    if milliseconds in ("", "Infinity", "-Infinity"):
        return None
    return rfc3339(int(milliseconds) // 1000)


def outcome(text: str) -> Outcome:
    try:
        date = parse(text)
    except DateError:
        return "refused"
    return shown(date.earliest), shown(date.latest)


def shown(second: int | None) -> Bound:
    return None if second is None else rfc3339(second)


@needs_vectors
@each_row("row", ROWS)
def test_a_row_agrees_or_is_listed(row: Row) -> None:
    """Each row has the vector's validity and bounds, or is listed and has the ones listed."""
    ours = outcome(row.input)
    theirs = expected(row)
    agrees = ours != "refused" if theirs is None else ours == theirs
    if (row.file, row.input) in DEVIATIONS:
        assert not agrees, "It agrees now: take it off the list."
        assert ours == DEVIATIONS[row.file, row.input][0]
    else:
        assert agrees, f"{ours} here, {theirs} there"


@needs_vectors
@each_row("row", [row for row in ROWS if row.valid and "T" in row.input])
def test_a_time_is_its_own_last_column(row: Row) -> None:
    """A date with a time is the second that the vector's normal form names, deviating or not."""
    second = row.edtf.split(".")[0] + "Z"
    assert outcome(row.input) == (second, second)


@needs_vectors
@each_row(
    "row",
    [
        row
        for row in ROWS
        if row.valid and DEVIATIONS.get((row.file, row.input), ("", ""))[0] != "refused"
    ],
)
def test_the_marks_are_those_of_the_kind(row: Row) -> None:
    """What a vector calls unbounded or unknown is marked so, and only that."""
    qualifiers = parse(row.input).qualifiers
    assert ("open-start" in qualifiers) == (row.least == "-Infinity")
    assert ("open-end" in qualifiers) == (row.most == "Infinity")
    assert ("unknown-start" in qualifiers) == (row.least == "")
    assert ("unknown-end" in qualifiers) == (row.most == "")
    assert (row.kind == "Interval") == ("/" in row.input)


@needs_vectors
def test_nothing_was_left_out() -> None:
    """All rows were read, and every listed deviation is one of them."""
    assert len(ROWS) == ROWS_IN_ALL
    assert set(DEVIATIONS) <= {(row.file, row.input) for row in ROWS}

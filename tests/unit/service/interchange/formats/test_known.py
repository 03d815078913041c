"""The known formats: recognized by their look, and read by mappings that are files."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from events.errors import InvalidInput
from service.interchange.formats.known import FORMATS, known_mapping, look_of, open_mapped
from service.interchange.formats.looks import kind_of_lines
from service.interchange.formats.own_table import OWN_TABLE
from service.interchange.formats.packages import PACKAGE
from service.interchange.mappings.checking import faults_of_row
from service.interchange.mappings.composer import Composer
from service.interchange.mappings.mapping import mapping_of
from tests.unit.service.interchange.formats.files import (
    ACLED,
    FILES,
    UCDP,
    composed,
    one,
)


@pytest.mark.parametrize("name", FILES)
def test_a_format_is_known_by_its_look_and_gives_statements(tmp_path: Path, name: str) -> None:
    """Each file is recognized, every row of it is a statement by the rules, and nothing of it is
    lost unsaid."""
    file, content = FILES[name]
    path = tmp_path / file
    path.write_text(content)
    assert look_of(path) == name
    with composed(path, name) as (statements, account):
        assert statements
        dropped = {column for column, loss in account.columns.items() if loss.dropped}
        assert dropped <= {"media.thumbnail", "display_date", "id", "url"}


def test_ucdp_keeps_its_dates_and_numbers(tmp_path: Path) -> None:
    """An exact day is that day, a month is one of its days, and low, best and high are apart."""
    exact, vague = (one(tmp_path, "ucdp-ged", n) for n in (0, 1))
    assert exact["occurred"] == "2017-07-31"
    assert vague["occurred"] == "[2021-08-01..2021-08-31]"
    assert vague["quantities"][0] == {
        "what": "deaths",
        "low": "13",
        "best": "13",
        "high": "141",
        "unit": "person",
    }
    assert exact["about"][0] == {"actor": "Government of Iraq", "role": "side-a"}
    assert vague["tags"][0] == "one-sided-violence"


def test_acled_keeps_its_precision(tmp_path: Path) -> None:
    """A day is a day, and a month is a month; several sources and allies are several."""
    exact, vague = (one(tmp_path, "acled", n) for n in (0, 1))
    assert (exact["occurred"], vague["occurred"]) == ("2024-01-01", "2024-01")
    assert [source["title"] for source in exact["sources"]] == ["ISW", "Kyiv Post"]
    assert [about["actor"] for about in exact["about"]][1:3] == ["A", "B"]


@pytest.mark.parametrize(
    ("content", "columns", "text"),
    [
        (
            UCDP,
            "id,conflict_name,side_a,side_b,date_start,date_end,best",
            "Iraq: Government, Government of Iraq - IS",
        ),
        (
            UCDP,
            "id,country,side_a,side_b,date_start,date_end,best",
            "Government of Iraq - IS, Iraq",
        ),
        (
            ACLED,
            "event_id_cnty,event_date,event_type,actor1,location,fatalities",
            "Battles, Military Forces of Ukraine, Avdiivka",
        ),
        (ACLED, "event_id_cnty,event_date,country,fatalities", "Ukraine"),
        (ACLED, "event_id_cnty,event_date,country,notes", "On 1 January, forces clashed."),
    ],
)
def test_a_known_table_with_some_of_its_columns_comes_in_with_these(
    tmp_path: Path, content: str, columns: str, text: str
) -> None:
    """A text is made of the columns that there are, without signs where others would stand."""
    path = tmp_path / "few.csv"
    with path.open("w", newline="") as file:
        few = csv.DictWriter(file, columns.split(","), extrasaction="ignore")
        few.writeheader()
        few.writerows(csv.DictReader(io.StringIO(content)))
    name = look_of(path)
    assert name is not None
    with open_mapped(path, name) as (mapping, table):
        found = [Composer(mapping).compose(row) for row in table.rows]
    assert [each.faults + faults_of_row(each.statement, each.trail) for each in found] == [[], []]
    assert found[0].statement["text"] == text


def test_every_known_format_has_a_mapping_that_can_be_read() -> None:
    """Each is a file of the project under the name by which --map takes it."""
    for name in FORMATS:
        if name not in (OWN_TABLE, PACKAGE):
            assert known_mapping(name).name == name


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('{"timeline":"t","revision":1,"type":"x","subject":"y","digest":"z"}', "events"),
        ('{"put": {}, "reason": "x"}', "commands"),
        ('{"statement": {}}', "commands"),
        ('{"statement": {}, "other": 1}', None),
        ("[1]", None),
        ("text", None),
    ],
)
def test_our_own_lines_are_known(tmp_path: Path, line: str, kind: str | None) -> None:
    """Events have their header, commands exactly one key."""
    path = tmp_path / "lines.ndjson"
    path.write_text(line + "\n")
    assert kind_of_lines(path.read_bytes().splitlines()) == kind


def test_a_mapping_for_other_columns_is_refused_before_a_row_is_read(tmp_path: Path) -> None:
    """A name that is mistyped, or a column that is gone, would leave a field of every statement
    empty. What is only ignored may be gone, objects may lack any member, and a file of refused rows
    may lack a column of later rows."""
    path = tmp_path / "claims.csv"
    said = {"by": {"column": "Hwo"}, "on": {"column": "When"}}
    statement = {"kind": {"value": "claim"}, "text": {"column": "What"}, "said": said}
    ours = {"statement": statement, "ignore": ["Gone"]}
    resource = {"name": "claims", "path": "claims.csv", "onrecord": ours}
    mapping = mapping_of({"name": "claims", "resources": [resource]})
    path.write_text("Who,What\nA,x\n")
    with pytest.raises(InvalidInput) as caught, open_mapped(path, mapping):
        pass
    at = "/resources/0/onrecord/statement/said"
    assert [fault.path for fault in caught.value.faults] == [f"{at}/by/column", f"{at}/on/column"]
    for content in ("Hwo,When,What\nA,2024,x\n", '{"What": "x"}\n', "What,_line,_reason\nx,2,y\n"):
        path = tmp_path / ("rows.jsonl" if content.startswith("{") else "claims.csv")
        path.write_text(content)
        with open_mapped(path, mapping) as (_, table):
            assert len(list(table.rows)) == 1

"""First mappings for spreadsheets that nobody has seen."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from service.interchange.guessing.columns.word_files import words_of_languages
from service.interchange.guessing.first_mapping import first_mapping
from service.interchange.mappings.checking import faults_of_row
from service.interchange.mappings.composer import Composer
from service.interchange.mappings.mapping import mapping_of
from service.interchange.tables.dialect import Dialect
from service.interchange.tables.limits import TableRefused
from service.interchange.tables.row import TableRow
from service.interchange.tables.table import open_table
from service.messages.imports import FileFacts
from tests.unit.service.interchange.guessing.first_mapping import guessed


def german(path: Path) -> Path:
    path = path / "Verluste.csv"
    path.write_bytes(
        "Übersicht der Verluste;;;;;\r\n;;;;;\r\nDatum;Sprecher;Aussage;Ort;;Tote;Quelle;Link\r\n"
        "13.10.2024;Müller;Es gab mindestens 1.200 Tote.;Köln;;1.200;Zeitung;https://z.example/1\r\n"
        "02.11.2024;Schäfer;„Niemand weiß es genau.“;Düren;;;Zeitung;https://z.example/2\r\n"
        "05.11.2024;Müller;Es waren mehr.;Köln;;2.500;Blatt;https://z.example/3\r\n".encode(
            "cp1252"
        )
    )
    return path


def workbook(path: Path) -> Path:
    path = path / "events.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.merge_cells("A1:F1")
    sheet["A1"] = "Strikes on the grid"
    sheet.append([])
    sheet.append(["No", "Date", "Description", "Region", None, "Killed", "Total", "Tags"])
    sheet.append(
        [1, "2024-10-13", "A strike hit a station.", "Kyiv", None, 3, "=F4*2", "energy; grid"]
    )
    sheet.append([2, "2024-10-14", "Another one hit a line.", "Lviv", None, 0, "=F5*2", "energy"])
    book.save(path)
    return path


def wide(path: Path) -> Path:
    path = path / "forty.csv"
    names = ["Ref", "Claim", "Claimant", "Date said", "Verdict", "Topic", "URL", "Location"]
    others = [f"further_{n}" for n in range(32)]
    rows = [
        "A1,The moon is flat and grey.,A. Flat,10/13/2024,False,space,https://a.example/1,Berlin",
        "A2,The sun is cold at night.,B. Dark,10/14/2024,True,space,https://a.example/2,Paris",
    ]
    filler = [[f"x{n}" if n % 2 else "" for n in range(32)], ["" for _ in range(32)]]
    lines = [",".join([*names, *others])]
    lines += [",".join([row, *rest]) for row, rest in zip(rows, filler, strict=True)]
    path.write_bytes("\ufeff".encode() + "\n".join(lines).encode())
    return path


def test_a_german_table_needs_no_change(tmp_path: Path) -> None:
    """Title rows, semicolons, Latin letters, days first and grouped numbers are all seen."""
    found = guessed(german(tmp_path))
    assert found.faults == []
    assert found.statements[0] | {"sources": None} == {
        "kind": "claim",
        "text": "Es gab mindestens 1.200 Tote.",
        "said": {"by": "Müller", "on": "2024-10-13"},
        "places": [{"name": "Köln"}],
        "quantities": [{"what": "Tote", "best": "1200", "unit": "person"}],
        "sources": None,
    }
    assert found.statements[1]["sources"][0]["url"] == "https://z.example/2"
    assert found.descriptor["name"] == "verluste"


def test_a_workbook_needs_no_change(tmp_path: Path) -> None:
    """A merged title, an empty column and a formula are no obstacle; the numbered rows are known by
    their number; nothing is left out."""
    found = guessed(workbook(tmp_path))
    assert found.faults == []
    assert found.statements[0] == {
        "kind": "report",
        "text": "A strike hit a station.",
        "said": {"by": None, "on": None},
        "occurred": "2024-10-13",
        "places": [{"name": "Kyiv"}],
        "quantities": [{"what": "Killed", "best": "3", "unit": "person"}],
        "tags": ["energy", "grid"],
        "extra": {"Total": "=F4*2"},
    }
    assert found.descriptor["resources"][0]["schema"]["primaryKey"] == ["No"]


def test_of_forty_columns_the_eight_that_matter_are_found(tmp_path: Path) -> None:
    """The others are kept beside them; months first are seen where a day shows it."""
    found = guessed(wide(tmp_path))
    assert found.faults == []
    statement = found.statements[0]
    assert len(statement.pop("extra")) == 16
    assert statement == {
        "kind": "claim",
        "text": "The moon is flat and grey.",
        "said": {"by": "A. Flat", "on": "2024-10-13"},
        "places": [{"name": "Berlin"}],
        "sources": statement["sources"],
        "rating": {"label": "False"},
        "tags": ["space"],
    }


SHEETS = {
    "russian": (
        "Дата,Кто,Заявление,Место\n13.10.2024,Герасимов,Вся область освобождена полностью.,Курск\n",
        {"by": "Герасимов", "on": "2024-10-13"},
    ),
    "french": (
        "Date;Orateur;Déclaration;Ville\n1er mars 2024;Macron;Nous serons toujours là.;Paris\n",
        {"by": "Macron", "on": "2024-03-01"},
    ),
    "spanish": (
        "fecha,autor,afirmación\n13 de octubre de 2024,Sánchez,No habrá más recortes este año.\n",
        {"by": "Sánchez", "on": "2024-10-13"},
    ),
    "ukrainian": (
        "Дата;Спікер;Заява\n13 жовтня 2024;Сирський;Ворог має одинадцять тисяч солдатів.\n",
        {"by": "Сирський", "on": "2024-10-13"},
    ),
    "history": (
        "Year,Event,Where\nc. 1066,The battle was in autumn.,Hastings\n55 BC,He landed.,Kent\n",
        {"by": None, "on": None},
    ),
    "snake": (
        "statement_id,said_by,said_on,statement_text\nx1,KCNA,2024-10,It is confirmed by us.\n",
        {"by": "KCNA", "on": "2024-10"},
    ),
}


@pytest.mark.parametrize("language", SHEETS)
def test_headers_in_several_languages_are_understood(tmp_path: Path, language: str) -> None:
    """Speaker and day are found, and every row is a statement."""
    content, said = SHEETS[language]
    path = tmp_path / "sheet.csv"
    path.write_text(content)
    found = guessed(path)
    assert found.faults == []
    assert found.statements[0]["said"] == said
    assert len(found.statements[0]["text"]) > 10


def test_long_cells_are_looked_at_in_time(tmp_path: Path) -> None:
    """Cells of unfinished markup and of spaces are as long as a cell may be."""
    path = tmp_path / "long.csv"
    path.write_text("Date,Text\n" + f"{'x ' * 200_000},{'<p ' * 200_000}\n" * 3)
    began = time.monotonic()
    with open_table(path, Dialect()) as table:
        assert first_mapping(path.name, table.facts, table.rows)
    assert time.monotonic() - began < 20


def test_names_of_columns_alone_are_nothing_to_guess_by(tmp_path: Path) -> None:
    """A sheet that has only its header is refused as one without rows."""
    path = tmp_path / "a.csv"
    path.write_text("id,what,who,when\n")
    with pytest.raises(TableRefused, match="no rows to guess by"):
        guessed(path)


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [("a.jsonl", '{"a": 1,}\n{"a": 2,}\n', "Mend it"), ("a.json", "[{}, {}]", "Give each value")],
)
def test_rows_of_which_none_can_be_read_are_no_guess(
    tmp_path: Path, name: str, content: str, advice: str
) -> None:
    """The refusal says what is wrong with the first one."""
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(TableRefused, match=f"None of the first rows can be read. {advice}"):
        guessed(path)


def test_numbers_without_any_text_still_make_statements(tmp_path: Path) -> None:
    """A table of counts has no sentences: its first columns become one."""
    path = tmp_path / "losses.json"
    path.write_text('[{"date": "2022-02-25", "day": 2, "personnel": 2800, "personnel*": "about"}]')
    found = guessed(path)
    assert found.faults == []
    assert found.statements[0]["occurred"] == "2022-02-25"
    assert "2800" in found.statements[0]["text"]


_WORDS: Final = sorted({word for known in words_of_languages().values() for word in known})
_CELLS: Final = (
    *("", "-", "unknown", "yes", "0", "12", "1.200", "1,5", "ca. 30", "30+", "10-12", "$5", "2024"),
    *("2024-01-02", "3.4.2024", "Wed, 01/04/2023", "3–5 May 2023", "ongoing", "12:30", "1:05 PM"),
    *("https://a.example/1", "50.1, 30.2", "a; b", "Ann Smith", "AB", "{a}", "<p>x</p>", "claim"),
    *("It was said that all is well here.", "a" * 700, "\u0663", "\u200b"),
)
_NAMES: Final = st.lists(st.sampled_from([*_WORDS, "{x}", "(%)", "2"]), min_size=1, max_size=3)


@drawn(st.data())
def test_whatever_a_table_has_the_mapping_is_one(data: st.DataObject) -> None:
    """Each name is taken for something and each row is read, without a fault of the mapping."""
    names = data.draw(st.lists(_NAMES.map(" ".join), min_size=1, max_size=9, unique=True))
    cells = st.fixed_dictionaries({name: st.sampled_from(_CELLS) for name in names})
    rows = [TableRow(2 + n, row) for n, row in enumerate(data.draw(st.lists(cells, min_size=1)))]
    facts = FileFacts(format="csv", encoding="utf-8", delimiter=",")
    composer = Composer(mapping_of(first_mapping("a.csv", facts, rows)))
    for row in rows:
        composed = composer.compose(row)
        faults_of_row(composed.statement, composed.trail)

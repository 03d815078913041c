"""What the names of columns mean."""

from __future__ import annotations

from service.interchange.guessing.columns.column_name import (
    meanings_of_names,
    plain_name,
    words_of_name,
)
from tests.rows import each_row


@each_row(
    ("name", "meanings"),
    [
        ("Source URL", {"source", "link"}),
        ("startDate", {"start", "date"}),
        ("QUELLE", {"source"}),
        ("Kto powiedział", {"who", "say"}),
        ("Sitzungsdatum", {"date"}),
        ("Zitatquelle", {"quote", "source"}),
        ("attacktype1_txt", {"category", "happen"}),
        ("Комментарий редактора", {"note", "staff"}),
        ("Statement by company", {"statement", "party"}),
        ("Announced by (name)", {"say", "by", "name"}),
        ("Victim(s)", {"victim"}),
        ("actorid", {"key"}),
        ("q17", set[str]()),
    ],
)
def test_a_name_means_what_its_words_mean(name: str, meanings: set[str]) -> None:
    """Case, accents, camels, underscores, numbers and other endings do not matter; a compound means
    what its parts do; what somebody said by an office is no speaker."""
    assert meanings_of_names([name])[name] - {"filler", "other"} == meanings


def test_words_mean_what_they_mean_in_the_language_of_the_other_names() -> None:
    """`data` is a date in Portuguese and nothing in English, `fin` an end in French."""
    portuguese = ["Data", "Orador", "Frase", "Fonte"]
    assert "date" in meanings_of_names(portuguese)["Data"]
    english = ["data", "speaker", "statement", "source"]
    assert meanings_of_names(english)["data"] == {"other"}


def test_names_are_cut_into_words() -> None:
    """Signs and numbers separate them; what is shown keeps its case."""
    assert words_of_name("№ Date_of-sitting (2)") == ["no", "date", "of", "sitting"]
    assert plain_name("killed_min (est.)") == "killed min est"
    assert plain_name("§§") == "number"

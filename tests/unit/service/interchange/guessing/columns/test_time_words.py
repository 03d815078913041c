"""Words that name a time without being a date."""

from __future__ import annotations

from service.interchange.guessing.columns.time_words import names_a_time
from tests.rows import each_row


@each_row(
    "text",
    [
        *("last week", "yesterday", "Tuesday night", "in spring", "two days ago", "early March"),
        *("letzte Woche", "vorgestern", "la semaine dernière", "avant-hier", "el año pasado"),
        *("ontem", "ieri", "vorige maand", "w zeszłym tygodniu", "на прошлой неделе", "вчора"),
        *("geçen hafta", "الأسبوع الماضي", "昨天", "先週", "지난주"),
    ],
)
def test_a_time_is_named_in_any_language(text: str) -> None:
    """Somebody who reads it can write its date."""
    assert names_a_time(text)


@each_row(
    "text",
    ["date withheld", "never", "ongoing", "bis heute", "to be confirmed", "not set", "on paper"],
)
def test_what_nobody_can_date_names_no_time(text: str) -> None:
    """What goes on does not, either."""
    assert not names_a_time(text)

"""With which patterns the dates of a column are read."""

from __future__ import annotations

from service.interchange.guessing.columns.date_look import patterns_of
from tests.rows import each_row


@each_row(
    ("texts", "patterns"),
    [
        (["13.10.2024", "2024-10-14"], ("iso", "dmy")),
        (["03.02.20", "14.02.20"], ("dmy-1930",)),
        (["03.02.20", "04.02.20"], ("dmy-1930",)),
        (["9/24/06", "12/8/06"], ("mdy-1930",)),
        (["3/2/06", "4/2/06"], ("mdy-1930",)),
        (["03.02.20", "14.02.2020"], ("dmy", "dmy-1930")),
        (["32-05-14", "99-01-02"], ("ymd-1930",)),
        (["20-02-03", "14-02-20"], ()),
        (["12.5", "13.5"], ()),
        (["2.3.2026", "3.4.2026"], ("dmy",)),
        (["2026-03-02", "02.03.2026"], ("iso", "dmy")),
        ([*["2026-03-02"] * 20, "02.03.2026"], ("iso", "dmy")),
        (["2. 3. 2026 10:00", "3. 4. 2026"], ("dmy",)),
        (["2.3.2026", "3.14.2026"], ("mdy",)),
        (["2/3/2026", "3/4/2026"], ("mdy",)),
        (["2-3-2026", "3-4-2026"], ("mdy",)),
    ],
)
def test_patterns_fit_the_whole_column(texts: list[str], patterns: tuple[str, ...]) -> None:
    """Years of two digits are read only where it is clear where the year stands: a hyphen leaves
    that open."""
    assert patterns_of(texts, 0.9, day_first=False) == patterns


def test_day_and_month_are_in_the_order_of_the_language() -> None:
    """Where each date could be read either way."""
    assert patterns_of(["3/2/06"], 0.9, day_first=True) == ("dmy-1930",)
    assert patterns_of(["3/2/2006"], 0.9, day_first=True) == ("dmy",)


@each_row(
    ("texts", "patterns"),
    [
        ([*(f"2024-04-{n}" for n in range(10, 29)), "03/05/2024"], ("iso",)),
        ([*(f"2024-04-{n}" for n in range(10, 29)), "03/25/2024"], ("iso", "mdy")),
        ([*(f"2024-04-{n}" for n in range(10, 12)), "03/05/2024"], ("iso", "mdy")),
        ([*(f"{n}/04/2024" for n in range(13, 29)), "03/05/2024"], ("dmy",)),
    ],
)
def test_the_order_of_a_few_dates_is_not_guessed_beside_another_form(
    texts: list[str], patterns: tuple[str, ...]
) -> None:
    """They are read where one of them, or the whole column, shows the order."""
    assert patterns_of(texts, 0.6, day_first=False) == patterns


def test_a_day_that_does_not_exist_makes_a_column_no_less_of_dates() -> None:
    """Its row is refused with the reason, where the column would else lose the date of every row;
    words in the place of dates still make it text."""
    for slip in ("31.09.2024", "45.10.2024"):
        assert patterns_of([slip, "12.10.2024"], 0.8, day_first=True) == ("dmy",)
    assert patterns_of(["2025-02-30", "2025-02-03"], 0.8, day_first=True) == ("iso",)
    assert patterns_of(["soon", "12.10.2024"], 0.8, day_first=True) == ()
    assert patterns_of(["31.09.2024"], 0.8, day_first=True) == ()

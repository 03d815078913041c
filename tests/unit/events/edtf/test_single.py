"""Single dates: years of every kind, seasons, unspecified digits and qualifiers."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from events.edtf.calendar import DAY, day_number, days_in_month
from events.edtf.dates import parse
from events.errors import DateError
from tests.rows import each_row
from tests.unit.events.edtf_texts import bounds, masks, qualified

GREATEST = 10_000_000_000
SIGN = st.sampled_from([1, -1])
LONG_YEARS = st.integers(10_000, GREATEST)

# Code → the first month and the last one; of the next year where it is the smaller number.
SEASONS = {
    **dict.fromkeys((21, 25, 31), (3, 5)),
    **dict.fromkeys((22, 26, 32), (6, 8)),
    **dict.fromkeys((23, 27, 29), (9, 11)),
    **dict.fromkeys((24, 28, 30), (12, 2)),
    33: (1, 3),
    34: (4, 6),
    35: (7, 9),
    36: (10, 12),
    37: (1, 4),
    38: (5, 8),
    39: (9, 12),
    40: (1, 6),
    41: (7, 12),
}


def years(first: int, last: int) -> tuple[int, int]:
    return day_number(first, 1, 1) * DAY, day_number(last + 1, 1, 1) * DAY - 1


def exists(text: str) -> bool:
    """Whether it is a year, a month (no season) or a day that there is."""
    month = text.removeprefix("-")[5:7]
    if month and not "01" <= month <= "12":
        return False
    try:
        parse(text)
    except DateError:
        return False
    return True


@given(masks())
def test_unspecified_digits_contain_every_date_that_fits(pair: tuple[str, str]) -> None:
    """A date lies inside the bounds of what it becomes when digits are left unspecified."""
    plain, mask = pair
    exact, vague = bounds(plain), bounds(mask)
    assert vague[0] <= exact[0] <= exact[1] <= vague[1]


@given(masks().map(lambda pair: pair[1]))
@example("190X-02-29")
@example("-000X-02-29")
@example("210X-X2-29")
@example("2023-X2-3X")
@example("XX00-02-29")
@example("-00X0-XX")
@example("-0XXX")
def test_unspecified_digits_reach_no_further(mask: str) -> None:
    """The bounds are those of the first and of the last date that fits and exists."""
    assume(mask.count("X") <= 3)
    choices = ["0123456789" if character == "X" else character for character in mask]
    texts = ["".join(characters) for characters in itertools.product(*choices)]
    fitting = [bounds(text) for text in texts if exists(text)]
    assert bounds(mask) == (min(first for first, _ in fitting), max(last for _, last in fitting))


@each_row(
    "text", ["XXX1-02-29", "X100-02-29", "XXXX-02-30", "2023-02-29", "202X-04-31", "2021-02-3X"]
)
def test_a_day_that_no_year_has_is_refused(text: str) -> None:
    """A date is refused if no filling of its digits exists, at the column of its day."""
    with pytest.raises(DateError, match="does not exist") as caught:
        parse(text)
    assert caught.value.column == 9


@given(qualified())
def test_qualifiers_do_not_widen(pair: tuple[str, str]) -> None:
    """Wherever ~ ? % stand, the bounds are those without them, and they are reported once."""
    plain, text = pair
    date = parse(text)
    assert date.start == parse(plain).start
    assert ("approximate" in date.qualifiers) == ("~" in text or "%" in text)
    assert ("uncertain" in date.qualifiers) == ("?" in text or "%" in text)
    assert len(date.qualifiers) == len(set(date.qualifiers))


@each_row("year", ["1996", "2004", "2012", "2016", "2023", "0000", "-0004"])
def test_the_last_day_of_a_month_exists_with_a_qualifier_too(year: str) -> None:
    """Whatever the digits of a year are, a leap day or a 31st has the bounds of the plain one."""
    for month in range(1, 13):
        plain = f"{year}-{month:02}-{days_in_month(int(year), month)}"
        assert parse(f"{plain}~").start == parse(plain).start


@given(st.integers(0, 9998), st.sampled_from(sorted(SEASONS)))
def test_a_season_is_its_months(year: int, code: int) -> None:
    """Seasons 21 to 41 last from their first month to the end of their last."""
    first, last = SEASONS[code]
    end = year + (last < first)
    assert bounds(f"{year:04}-{code}") == (
        day_number(year, first, 1) * DAY,
        (day_number(end, last, 1) + days_in_month(end, last)) * DAY - 1,
    )


@given(LONG_YEARS, SIGN)
def test_a_long_year_is_that_year(year: int, sign: int) -> None:
    """A year of five digits or more spans itself alone."""
    assert bounds(f"Y{sign * year}") == years(sign * year, sign * year)


@given(st.integers(1, 99_999), st.integers(1, 12), SIGN)
def test_an_exponential_year_is_the_year_written_out(number: int, power: int, sign: int) -> None:
    """Y17E7 is 170000000; beyond ten thousand million it is refused, written with E or not."""
    year = sign * number * 10**power
    texts = [f"Y{sign * number}E{power}"] + ([f"Y{year}"] if abs(year) > 9999 else [])
    for text in texts:
        if abs(year) <= GREATEST:
            assert bounds(text) == years(year, year)
        else:
            with pytest.raises(DateError, match="10,000,000,000"):
                parse(text)


@given(st.integers(1, GREATEST), SIGN, st.integers(1, 11), st.integers(0, 4))
def test_significant_digits_are_kept_and_the_others_run(
    number: int, sign: int, count: int, power: int
) -> None:
    """The years with the same first digits, from all zeros after them to all nines."""
    digits = str(number)
    assume(len(digits) + power <= 10)
    assume(count <= len(digits) + power)
    written = number * 10**power
    kept = str(written)[:count]
    first = int(kept.ljust(len(str(written)), "0"))
    last = int(kept.ljust(len(str(written)), "9"))
    wanted = years(first, last) if sign > 0 else years(-last, -first)
    mark = "-" if sign < 0 else ""
    if power:
        assert bounds(f"Y{mark}{number}E{power}S{count}") == wanted
    elif number > 9999:
        assert bounds(f"Y{mark}{number}S{count}") == wanted
    else:
        assert bounds(f"{mark}{number:04}S{count}") == wanted


@given(st.integers(1, 99), st.integers(1, 999), SIGN)
def test_centuries_and_decades_begin_at_their_hundreds_and_tens(
    century: int, decade: int, sign: int
) -> None:
    """Two digits are a hundred years, three are ten, from that hundred or ten upwards."""
    mark = "-" if sign < 0 else ""
    first = sign * century * 100
    assert bounds(f"{mark}{century:02}") == years(first, first + 99)
    first = sign * decade * 10
    assert bounds(f"{mark}{decade:03}") == years(first, first + 9)


@each_row(
    ("text", "first", "last"),
    [
        ("1950S2", 1900, 1999),
        ("-1950S2", -1999, -1900),
        ("Y-19501S2", -19_999, -19_000),
        ("Y171010000S3", 171_000_000, 171_999_999),
        ("Y3388E2S3", 338_000, 338_999),
        ("Y-17E7", -170_000_000, -170_000_000),
        ("Y170000002", 170_000_002, 170_000_002),
        ("0050S1", 50, 59),
        ("0000S1", 0, 0),
        ("1XXX-XX", 1000, 1999),
        ("-01XX", -199, -100),
        ("-01", -100, -1),
        ("-XXXX", -9999, -1),
        ("00", 0, 99),
    ],
)
def test_a_year_of_its_kind(text: str, first: int, last: int) -> None:
    """The examples of the standard, and what a sign does to hundreds and to X."""
    assert bounds(text) == years(first, last)


@each_row(
    ("text", "column", "advice"),
    [
        ("2", 1, "four digits or X"),
        ("20240", 1, "begins with Y"),
        ("20249901", 1, "- between year, month and day"),
        ("19X", 1, "four digits or X"),
        ("~~2024", 2, "% is both"),
        ("2024~?", 6, "% is both"),
        ("+2024", 1, "without"),
        ("-Y", 2, "A year was expected"),
        ("-~2024", 2, "A year was expected"),
        ("-0000", 1, "no sign"),
        ("-00", 1, "no sign"),
        ("2024--", 6, "two digits"),
        ("2024-X", 6, "two digits"),
        ("2024-123", 6, "two digits"),
        ("2024-13", 6, "^Month 13 does not exist; months are 01 to 12.$"),
        ("2024-00-01", 6, "months are 01 to 12"),
        ("2024-20", 6, "seasons 21 to 41"),
        ("2024-2X", 6, "Month 2X does not exist"),
        ("2024-~13", 7, "Month 13"),
        ("2024-21-05", 8, "no days"),
        ("2024-10-X", 9, "two digits"),
        ("2024-10-4X", 9, "days are 01 to 31"),
        ("2023-02-29", 9, "month 02 of that year has 28 days"),
        ("2024-10-01-02", 11, "complete here"),
        ("199-05", 1, "whole date"),
        ("24~", 1, "XX"),
        ("~199", 2, "whole date"),
        ("24S1", 1, "whole date"),
        ("1950S2-05", 7, "four digits has months"),
        ("1951S", 6, "A number from 1"),
        ("1950S0", 6, "A number from 1"),
        ("1950S5", 6, "has 4 digits"),
        ("195XS2", 5, "complete here"),
        ("Y", 2, "five digits or more"),
        ("Y1234", 2, "five digits or more"),
        ("Y1950S2", 2, "five digits or more"),
        ("Y01234567", 2, "begin with 0"),
        ("Y17E", 5, "A number from 1"),
        ("Y17E07", 5, "A number from 1"),
        ("Y17000-05", 7, "four digits has months"),
        ("Y10000000001", 2, "at most 10,000,000,000"),
        ("Y-1E11", 2, "at most 10,000,000,000"),
        ("Y1E999999999", 2, "at most 10,000,000,000"),
    ],
)
def test_a_refusal_points_at_the_component(text: str, column: int, advice: str) -> None:
    """Each refusal names what is wrong at the column where it stands."""
    with pytest.raises(DateError, match=advice.replace("+", r"\+")) as caught:
        parse(text)
    assert caught.value.column == column

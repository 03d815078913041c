"""Strategies that write valid EDTF of levels 0 to 2, for the tests of dates."""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st

from events.edtf.dates import MOST_CHARACTERS, parse

__all__ = [
    "ANY",
    "BRACKETS",
    "INTERVAL",
    "MEMBER",
    "SETS",
    "SHORT_WITHIN",
    "SINGLE",
    "TIME",
    "bounds",
    "masks",
    "qualified",
]

QUALIFIER = st.sampled_from(["", "~", "?", "%"])
SIGN = st.sampled_from(["", "-"])
BRACKETS = st.sampled_from([("[", "]"), ("{", "}")])


def bounds(text: str) -> tuple[int, int]:
    """The widest span of a date that has one."""
    date = parse(text)
    assert date.earliest is not None
    assert date.latest is not None
    return date.earliest, date.latest


@st.composite
def masks(draw: st.DrawFn) -> tuple[str, str]:
    """A day, month or year (with a sign or not), and the same with X for some of its digits."""
    plain = draw(st.dates()).isoformat()[: draw(st.sampled_from([4, 7, 10]))]
    sign = draw(SIGN)  # the years -y and y are leap or not alike
    hidden = draw(st.lists(st.booleans(), min_size=len(plain), max_size=len(plain)))
    mask = "".join(
        "X" if hide and character != "-" else character
        for character, hide in zip(plain, hidden, strict=True)
    )
    return sign + plain, sign + mask


@st.composite
def qualified(draw: st.DrawFn) -> tuple[str, str]:
    """A date with X or none, and the same with qualifiers before and after its components."""
    _, text = draw(masks())
    sign = "-" if text.startswith("-") else ""
    first, *rest = text.removeprefix("-").split("-")
    parts = [draw(QUALIFIER) + part + draw(QUALIFIER) for part in (sign + first, *rest)]
    return text, "-".join(parts)


LONG = st.builds("Y{}{}".format, SIGN, st.integers(10_000, 10_000_000_000))
EXPONENTIAL = st.builds("Y{}{}E{}".format, SIGN, st.integers(1, 9999), st.integers(1, 6))
SIGNIFICANT = st.builds("{:04}S{}".format, st.integers(0, 9999), st.integers(1, 4)) | st.builds(
    "{}S{}".format, LONG, st.integers(1, 5)
)
SEASON = st.builds(
    "{}{:04}-{}{}".format, QUALIFIER, st.integers(0, 9999), st.integers(21, 41), QUALIFIER
)
SHORT = st.builds("{:02}".format, st.integers(0, 99)) | st.builds(
    "{:03}".format, st.integers(0, 999)
)
SINGLE = qualified().map(lambda pair: pair[1]) | LONG | EXPONENTIAL | SIGNIFICANT | SEASON
TIME = st.builds(
    "{}T{}{}".format,
    st.dates(),
    st.times().map(lambda time: time.isoformat("seconds")),
    st.sampled_from(["", "Z", ".25", "+02:00", "-05", "+14:00", "\u221212:00"]),
)


def in_order(first: str, last: str) -> tuple[str, str]:
    """The two dates, turned round if the second ends before the first begins."""
    return (last, first) if bounds(last)[1] < bounds(first)[0] else (first, last)


TWO = st.builds(in_order, SINGLE, SINGLE)
INTERVAL = (
    TWO.map("/".join)
    | st.builds("{}/{}".format, SINGLE, st.sampled_from(["", ".."]))
    | st.builds("{}/{}".format, st.sampled_from(["", ".."]), SINGLE)
    | st.sampled_from(["../..", "/..", "../"])
)
MEMBER = SINGLE | TWO.map("..".join)


@st.composite
def _sets(draw: st.DrawFn) -> str:
    """One to three dates and ranges in brackets, perhaps open before or after."""
    opening, closing = draw(BRACKETS)
    start = draw(st.sampled_from(["", ".."]))
    members = [draw(SINGLE if start else MEMBER), *draw(st.lists(MEMBER, max_size=2))]
    may_open = ".." not in members[-1] and not (start and len(members) == 1)
    end = draw(st.sampled_from(["", ".."])) if may_open else ""
    text = opening + start + draw(st.sampled_from([",", ", "])).join(members) + end + closing
    assume(len(text) <= MOST_CHARACTERS)
    return text


SETS = _sets()
ANY = SINGLE | SHORT | TIME | INTERVAL | SETS

_WITHIN = st.sampled_from(
    ["{}~", "?{}", "{}/..", "../{}", "2024/{}", "{}/9999", "[{}]", "{{2024,{}..}}"]
)
SHORT_WITHIN = st.builds(lambda form, year: form.format(year), _WITHIN, SHORT)
"""What is no date now, and was one: a century or decade within something longer."""

"""Words for people: numbers, quantities, and texts that a terminal must not obey."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from events.statement.statement import Quantity, Said, Via
from service.cli.views.words import carried_by, count_of, joined, number, printable, quantity
from tests.rows import each_row


@given(st.text())
def test_printable_text_commands_no_terminal(text: str) -> None:
    """No control character and no direction mark of a text reaches the terminal."""
    shown = printable(text)
    assert not any(c < " " or "\x7f" <= c <= "\x9f" or c in "\u202e\u2066\u2069" for c in shown)


def test_a_harmless_text_is_shown_as_it_is() -> None:
    """Letters of any script, accents and emoji stay; line breaks become spaces."""
    assert printable("Україна сказала:\n«ні» 👍") == "Україна сказала: «ні» 👍"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**20)))
def test_grouping_changes_no_digit(value: Decimal) -> None:
    """Without its commas a shown number is the number that was recorded."""
    assert number(f"{value:f}").replace(",", "") == f"{value:f}"


@each_row(
    ("decimal", "shown"),
    [("0", "0"), ("999", "999"), ("1000", "1,000"), ("-12345.678", "-12,345.678")],
)
def test_thousands_are_parted(decimal: str, shown: str) -> None:
    """Commas stand between thousands of the whole part only."""
    assert number(decimal) == shown


@each_row(
    ("stated", "shown"),
    [
        (
            {"low": "11000", "high": "12000", "qualifier": "about"},
            "about 11,000 to 12,000 men: dead",
        ),
        ({"low": "1000", "qualifier": "at-least"}, "at least 1,000 men: dead"),
        ({"high": "3", "qualifier": "at-most"}, "at most 3 men: dead"),
        ({"low": "1000"}, "1,000 or more men: dead"),
        ({"high": "1000"}, "up to 1,000 men: dead"),
        ({"best": "1000", "qualifier": "exactly"}, "exactly 1,000 men: dead"),
        ({"low": "1", "best": "2", "high": "3"}, "1 to 3, best 2 men: dead"),
        ({"low": "7", "high": "7"}, "7 men: dead"),
    ],
)
def test_a_quantity_says_what_was_stated_and_no_more(stated: dict[str, str], shown: str) -> None:
    """Bounds and qualifier are shown as they were stated; no midpoint appears."""
    made = msgspec.convert({"what": "dead", "unit": "men"} | stated, type=Quantity)
    assert quantity(made) == shown


def test_a_chain_is_shown_nearest_the_speaker_first() -> None:
    """Who carried a statement is named with its role, in the order of the chain."""
    via = (Via(actor="KCNA", role="agency"), Via(actor="Outlet", role="publisher"))
    assert carried_by(Said(by="Kim", on=None, via=via)) == "KCNA (agency) and Outlet (publisher)"


@each_row(
    ("words", "shown"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_words_are_joined_as_in_a_sentence(words: list[str], shown: str) -> None:
    """Commas, and an `and` before the last."""
    assert joined(words) == shown


def test_counts_agree_with_their_noun() -> None:
    """One is singular, all else plural, thousands parted."""
    assert [count_of(n, "event") for n in (0, 1, 2000)] == ["0 events", "1 event", "2,000 events"]

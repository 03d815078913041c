"""The rules for short strings."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import wording
from events.wording import Wording, spelling_key

RULES = [value for value in vars(wording).values() if isinstance(value, Wording)]


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (wording.TIMELINE, "a 0 kursk a-b- " + "a" * 63, "-a A a_b " + "a" * 64),
        (wording.STATEMENT_ID, "a A0 a.b_c-d " + "a" * 64, ".a -a _a a/b é " + "a" * 65),
        (wording.TAG, "a 1 - a-b " + "a" * 40, "A a_b é " + "a" * 41),
        (
            wording.LANGUAGE,
            "en uk ko-KR zh-Hant-TW x-klingon x-a-a de-DE-1996 de-CH-1901 sl-rozaj-biske english "
            "zh-cmn-Hans-CN es-419 en-a-bbb-x-a-ccc i-klingon en-gb-OED EN sgn-BE-FR qaa-Qaaa-QM",
            "e x 12 en_US en- -en english-long-tag en-x i-x a-en de-1996-1996 sl-rozaj-ROZAJ "
            "en-a-bbb-a-ccc en-a x- de-DE-DE abcdefghi ar-a-aaa-b-bbb-a-ccc",
        ),
        (wording.SHA256, "a" * 64 + " " + "A0" * 32, "a" * 63 + " " + "g" * 64),
        (wording.DECIMAL, "0 11000 -3 0.25 007 " + "9" * 30, "+1 1. .5 1e3 1,000 ٣ " + "9" * 31),
        (
            wording.LINK,
            "http://a.example https://a.example/b?c#d HTTPS://A.example http://[::1]:80/",
            "ftp://a //a a.example http:// javascript:alert(1) http://[x http://a:b/ http://a\\b",
        ),
        (wording.SPELLING, "KCNA Kim-Jong-Un 김정은 a.b Ukraine’s", "a/b / a\x7fb"),
    ],
)
def test_each_rule_admits_and_refuses(rule: Wording, good: str, bad: str) -> None:
    """The words of a rule are what it does."""
    assert [w for w in good.split() if not rule.admits(w)] == []
    assert [w for w in bad.split() if rule.admits(w)] == []


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_lets_a_line_break_or_nothing_through(rule: Wording) -> None:
    """The end of the text is its end: a trailing line feed is no match, nor is an empty text."""
    examples = ["11", "en", "a" * 64, "http://a.example"]
    example = next(text for text in examples if rule.admits(text))
    assert rule.admits(example)
    assert not rule.admits(example + "\n")
    assert not rule.admits("")


@pytest.mark.parametrize("rule", RULES)
def test_what_a_rule_admits_its_published_pattern_admits(rule: Wording) -> None:
    """The schema that clients see is no narrower than the check."""
    for text in (
        "a",
        "11",
        "en",
        "en-gb-OED",
        "x-a",
        "KCNA",
        "a" * 64,
        "http://a.example/b",
        "김정은",
    ):
        if rule.admits(text):
            assert re.search(rule.schema["pattern"], text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=120))
def test_a_spelling_is_decided_by_its_four_conditions(text: str) -> None:
    """Length, no slash, no control character, no white space at its ends: nothing else."""
    expected = (
        1 <= len(text) <= 100
        and "/" not in text
        and text == text.strip()
        and not any(unicodedata.category(c) == "Cc" for c in text)
    )
    assert wording.SPELLING.admits(text) == expected


@given(st.text(max_size=30))
def test_spellings_are_compared_in_nfc_without_case(text: str) -> None:
    """Composed or not, upper or lower: one key; and a key is its own key."""
    key = spelling_key(text)
    assert spelling_key(unicodedata.normalize("NFD", text)) == key
    assert spelling_key(unicodedata.normalize("NFC", text)) == key
    assert spelling_key(text.casefold()) == key
    assert spelling_key(key) == key

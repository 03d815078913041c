"""The rules for short strings."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from events.errors import Fault
from events.statement import wording
from events.statement.invisible import forbidden_in
from events.statement.wording import Wording, spelling_key
from tests.rows import each_row

RULES = [
    value
    for value in vars(wording).values()
    if isinstance(value, Wording) and value is not wording.PROSE
]


@each_row(
    ("rule", "good", "bad"),
    [
        (wording.TIMELINE, "a 0 kursk a-b- " + "a" * 63, "-a A a_b " + "a" * 64),
        (wording.STATEMENT_ID, "a A0 a.b_c-d " + "a" * 64, ".a -a _a a/b é " + "a" * 65),
        (
            wording.TAG,
            "a 1 - a-b A é 김정은 Курськ हिन्दी ١٢ " + "a" * 40,
            "a_b a/b ² Ⅷ 👍 " + "a" * 41,
        ),
        (wording.ROLE, "target 1 a-b " + "a" * 40, "Target a_b é " + "a" * 41),
        (
            wording.ACTOR_ID,
            "a A0 a.b_c-d 0 김정은 кім-чен-ин हिन्दी1 é " + "a" * 64,
            ".a -a a/b a~b 👍 ١ a² \u0308a \u3164 a\ufe0f " + "a" * 65,
        ),
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
            "ftp://a //a a.example http:// javascript:alert(1) http://[x http://a:b/ http://a\\b "
            "http://a.example/\u3164 http://a.example/\u200b http://a.example/a\ufe0f",
        ),
        (wording.SPELLING, "KCNA Kim-Jong-Un 김정은 a/b / Ukraine’s", "a\x7fb a\u200bb"),
    ],
)
def test_each_rule_admits_and_refuses(rule: Wording, good: str, bad: str) -> None:
    """The words of a rule are what it does."""
    assert [w for w in good.split() if not rule.admits(w)] == []
    assert [w for w in bad.split() if rule.admits(w)] == []


@each_row("rule", RULES)
def test_no_rule_lets_a_line_break_or_nothing_through(rule: Wording) -> None:
    """The end of the text is its end: a trailing line feed is no match, nor is an empty text."""
    examples = ["11", "en", "a" * 64, "http://a.example"]
    example = next(text for text in examples if rule.admits(text))
    assert rule.admits(example)
    assert not rule.admits(example + "\n")
    assert not rule.admits("")


@each_row("rule", RULES)
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


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=220)
    | st.text("ab/ \u200b\u00a0", max_size=220)
    | st.just("a" * 200)
    | st.just("a" * 101)
)
def test_names_differ_in_their_length_and_the_slash_alone(text: str) -> None:
    """What a name does not have is one rule for all of them; a spelling and a source's id are
    shorter, and the id has no slash, which parts its address."""
    seen = forbidden_in(text) is None
    assert wording.NAME.admits(text) == (seen and text != "")
    assert wording.SPELLING.admits(text) == (seen and 1 <= len(text) <= 200)
    apart = seen and text != "" and "/" not in text
    assert wording.SOURCE_ID.admits(text) == (apart and len(text) <= 100)


@each_row("rule", RULES)
def test_every_rule_names_the_character_that_is_not_seen(rule: Wording) -> None:
    """Whatever a text is, the message names the code point and its place rather than the rule."""
    fault = rule.fault("/a", "a\u200b")
    assert fault.path == "/a"
    assert fault.column == 2
    assert fault.message.startswith("U+200B ZERO WIDTH SPACE at character 2")
    assert rule.fault("/a", "\\" * 3_000) == Fault("/a", rule.rule)


@each_row(
    ("text", "message", "column"),
    [
        ("", wording.PROSE.rule, None),
        (" \n\t", wording.PROSE.rule, None),
        ("\u200b\u3164", wording.PROSE.rule, None),
        ("a\0b", "U+0000 at character 2 is not allowed.", 2),
    ],
)
def test_prose_has_something_to_read(text: str, message: str, column: int | None) -> None:
    """A text may have any character but U+0000, and has one at least that is seen."""
    assert not wording.PROSE.admits(text)
    assert wording.PROSE.fault("/text", text) == Fault("/text", message, column)
    assert wording.PROSE.admits("a\u200b b\n\tc  d\u00ad")


@given(st.text(max_size=30))
def test_spellings_are_compared_in_nfc_without_case(text: str) -> None:
    """Composed or not, upper or lower: one key; and a key is its own key."""
    key = spelling_key(text)
    assert spelling_key(unicodedata.normalize("NFD", text)) == key
    assert spelling_key(unicodedata.normalize("NFC", text)) == key
    assert spelling_key(text.casefold()) == key
    assert spelling_key(key) == key


@each_row(
    ("one", "other"),
    [("İstanbul", "istanbul"), ("İSTANBUL", "ıstanbul"), ("DIYARBAKIR", "Diyarbakır")],
)
def test_a_dotted_or_dotless_i_is_an_i(one: str, other: str) -> None:
    """Whichever language's capitals a name was written in, it is one name."""
    assert spelling_key(one) == spelling_key(other)

"""What the eye cannot see in a name, and the tables of code points behind it."""

from __future__ import annotations

import re
import sys
import unicodedata

from hypothesis import assume, example, given
from hypothesis import strategies as st

from events.statement.code_points import BLANK, EMOJI, IGNORABLE
from events.statement.invisible import forbidden_in, is_blank
from tests.rows import each_row

EVERY = "".join(map(chr, range(sys.maxunicode + 1)))
IGNORABLES = re.findall(f"[{IGNORABLE}]", EVERY)
SPACES = re.findall(r"\s", EVERY)
_ignorable = re.compile(f"[{IGNORABLE}]").fullmatch
_emoji = re.compile(f"[{EMOJI}]").fullmatch
_blank = re.compile(f"[{BLANK}]").fullmatch

# What Unicode takes out of the format characters: the signs around an interlinear annotation,
# those that join hieroglyphs, and those that stand before numbers.
NOT_IGNORED = re.compile(
    "[\ufff9-\ufffb\U00013430-\U0001343f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2"
    "\U000110bd\U000110cd]"
)
JOINERS = "\u200c\u200d"
SOUTHERN = st.text(
    st.characters(categories=["L", "N", "P"], max_codepoint=0x0DFF), min_size=1, max_size=20
)


def test_every_format_character_is_in_the_table_or_taken_out_by_name() -> None:
    """As Unicode derives the property: format characters but for those that it names."""
    formats = {c for c in EVERY if unicodedata.category(c) == "Cf"}
    assert {c for c in formats if not _ignorable(c)} == {c for c in formats if NOT_IGNORED.match(c)}


def test_the_table_has_nothing_that_is_seen() -> None:
    """Beside format characters it has joiners of graphemes, fillers, selectors of variants, and
    what is not assigned but will be ignorable: no other letter, mark or sign."""
    others = {c for c in IGNORABLES if unicodedata.category(c) != "Cf"}
    assigned = {c for c in others if unicodedata.category(c) != "Cn"}
    words = re.compile("FILLER|VARIATION SELECTOR|GRAPHEME JOINER|KHMER VOWEL INHERENT")
    assert [c for c in assigned if not words.search(unicodedata.name(c))] == []
    places = {ord(c) for c in others - assigned}
    assert all(n in (0x180F, 0x2065) or 0xFFF0 <= n <= 0xFFF8 or n >= 0xE0000 for n in places)


def test_an_emoji_is_a_sign_or_not_assigned_yet() -> None:
    """No letter but `ℹ` and no mark is one; every face and every letter of a flag is."""
    kinds = {c: unicodedata.category(c) for c in re.findall(f"[{EMOJI}]", EVERY)}
    odd = {c for c, kind in kinds.items() if kind not in ("So", "Sk", "Sm", "Po", "Pd", "Cn")}
    assert odd == {"ℹ"}
    pictures = EVERY[0x1F001:]
    named = {c for c in pictures if re.search("FACE WITH|REGIONAL IND", unicodedata.name(c, ""))}
    assert [c for c in named if not _emoji(c)] == []


@each_row(
    "name",
    [
        "Mara Vell",
        "김정은",
        "Zoë",
        "Zoe\u0308",
        "می\u200cخواهم",
        "क्\u200dष",
        "ශ්\u200dරී ලංකා",
        "🧑\u200d🚀 Corps",
        "❤\ufe0f\u200d🔥",
        "👩🏽\u200d⚕\ufe0f",
        "1\ufe0f\u20e3",
        "©\ufe0f",
        "🇺🇦",
    ],
)
def test_what_scripts_and_emoji_need_may_stand(name: str) -> None:
    """Joiners between letters, marks and emoji, and U+FE0F behind an emoji and in a keycap."""
    assert forbidden_in(name) is None


@each_row(
    ("name", "column", "told"),
    [
        ("Mara\u200b Vell", 5, "U+200B ZERO WIDTH SPACE at character 5 cannot be seen"),
        ("\ufeffMara", 1, "U+FEFF ZERO WIDTH NO-BREAK SPACE at character 1"),
        ("Ma\u00adra", 3, "U+00AD SOFT HYPHEN at character 3"),
        ("\u202eMara", 1, "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("Mara\ufe0f", 5, "U+FE0F VARIATION SELECTOR-16"),
        ("1\ufe0f", 2, "U+FE0F VARIATION SELECTOR-16"),
        ("☕\ufe0f\ufe0f", 3, "U+FE0F VARIATION SELECTOR-16"),
        ("\u200dMara", 1, "U+200D ZERO WIDTH JOINER"),
        ("Mara\u200c", 5, "U+200C ZERO WIDTH NON-JOINER"),
        ("Mara\u200d Vell", 5, "U+200D ZERO WIDTH JOINER"),
        ("Mara\u200dVell", 5, "U+200D ZERO WIDTH JOINER"),
        ("Zoe\u0308\u200cs", 5, "U+200C ZERO WIDTH NON-JOINER"),
        ("Гера\u200dсимов", 5, "U+200D ZERO WIDTH JOINER"),
        ("김\u200d정은", 2, "U+200D ZERO WIDTH JOINER"),
        ("朝\u200d鲜", 2, "U+200D ZERO WIDTH JOINER"),
        ("ﾏ\u200dﾗ", 2, "U+200D ZERO WIDTH JOINER"),
        ("क\u200d\u200dष", 2, "U+200D ZERO WIDTH JOINER"),
        ("\u3164", 1, "U+3164 HANGUL FILLER"),
        ("a\0b", 2, "U+0000 NULL at character 2"),
        ("a\x7fb", 2, "U+007F at character 2"),
        ("\ud800", 1, "U+D800 at character 1"),
        ("Mara\U000e0041", 5, "U+E0041 TAG LATIN CAPITAL LETTER A"),
        ("Orla ", 5, "U+0020 SPACE at character 5: a name neither begins nor ends"),
        (" Orla", 1, "U+0020 SPACE at character 1: a name neither begins nor ends"),
        ("Orla\n", 5, "U+000A LINE FEED at character 5"),
        ("Mara  Vell", 6, "U+0020 SPACE at character 6 follows another one"),
        ("Mara\u00a0Vell", 5, "U+00A0 NO-BREAK SPACE at character 5 is not a plain space"),
        ("Mara\u3000Vell", 5, "U+3000 IDEOGRAPHIC SPACE"),
        ("Mara\tVell", 5, "U+0009 TAB"),
        ("Mara\u2800Vell", 5, "U+2800 BRAILLE PATTERN BLANK"),
    ],
)
def test_what_is_not_seen_is_reported_by_code_point_and_place(
    name: str, column: int, told: str
) -> None:
    """The first character that a name does not have: which it is, where, and what to do."""
    found = forbidden_in(name)
    assert found is not None
    assert found.column == column
    assert told in found.message
    assert found.message.isprintable()
    assert found.message.endswith(".")


@given(SOUTHERN, st.sampled_from([c for c in IGNORABLES if c not in JOINERS]), st.data())
def test_no_name_can_be_made_twice(name: str, unseen: str, data: st.DataObject) -> None:
    """Whatever is seen, with one more character that is not it is refused, at its place."""
    place = data.draw(st.integers(0, len(name)))
    assume(not (unseen == "\ufe0f" and place and _emoji(name[place - 1])))
    found = forbidden_in(name[:place] + unseen + name[place:])
    assert found is not None
    assert found.column == place + 1
    assert f"U+{ord(unseen):04X} " in found.message


@given(st.text(st.characters(), max_size=30) | st.text("a 1\u00a0\u200b\u3000\t☕é", max_size=8))
@example("a \u200bb")
def test_a_name_is_decided_by_each_character_and_its_neighbours(name: str) -> None:
    """But for joiners and U+FE0F: no control, no ignorable code point, and of white space only one
    space between words."""
    assume(not set(name) & {*JOINERS, "\ufe0f"})
    odd = any(
        unicodedata.category(c) in ("Cc", "Cs")
        or bool(_ignorable(c) or _blank(c))
        or (c.isspace() and c != " ")
        for c in name
    )
    words = name == " ".join(name.split(" ")) and "" not in name.split(" ")
    assert (forbidden_in(name) is None) == (not odd and (words or name == ""))


@given(SOUTHERN, st.sampled_from(JOINERS), SOUTHERN)
def test_joiners_stand_between_letters_that_they_can_change(
    before: str, joiner: str, after: str
) -> None:
    """Between letters of the scripts from Arabic to Sinhala they may stand; next to a digit, a sign
    or a letter of the scripts in front of those (Latin, Cyrillic, Hebrew) they may not."""
    ends = before[-1] + after[0]
    allowed = all((unicodedata.category(c)[0] == "L" and c >= "\u0600") or _emoji(c) for c in ends)
    assert (forbidden_in(before + joiner + after) is None) == allowed


@given(st.text(st.sampled_from(IGNORABLES + SPACES), max_size=9))
def test_what_has_nothing_to_see_is_blank(text: str) -> None:
    """Spaces of any kind and invisible characters alone are nothing to read; one letter is."""
    assert is_blank(text)
    assert is_blank(text + "\0\u2800")
    assert not is_blank(text + "a")

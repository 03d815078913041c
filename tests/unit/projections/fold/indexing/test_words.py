"""How texts are cut into words, and what of a word counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from projections.fold.indexing.words import words_of
from tests.rows import each_row


@each_row(
    ("text", "words"),
    [
        ("الجِسْرُ", ["الجسر"]),
        ("الجـــسر", ["الجسر"]),
        ("إيران", ["ايران"]),
        ("הַגֶּשֶׁר", ["הגשר"]),
        ("Łodzi, Đà Nẵng", ["lodzi", "da", "nang"]),
        ("Ørsted œuvre straße Æ", ["orsted", "oeuvre", "strasse", "ae"]),
        ("Işık IŞIK İstanbul ISTANBUL", ["isik", "isik", "istanbul", "istanbul"]),
        ("br\u00adid\u200bge", ["bridge"]),
        ("Ёлка Élysée", ["елка", "elysee"]),
        ("北京-桥", ["北", "京", "桥"]),
        ("カタカナー々", ["カ", "タ", "カ", "ナ", "ー", "々"]),
        ("ข้าม ฿5", ["ข", "้", "า", "ม", "5"]),
        ("ဗမာ။", ["ဗ", "မ", "ာ"]),
        ("KCNA는 11000명", ["kcna", "는", "11000", "명"]),
        ("हिन्दी_भाषा", ["हिन्दी", "भाषा"]),
    ],
)
def test_words_are_cut_and_folded(text: str, words: list[str]) -> None:
    """Each script is cut as it is written, and loses what its readers leave out."""
    assert words_of(text) == words


@given(st.text())
def test_a_word_that_is_folded_again_is_the_same(text: str) -> None:
    """So the index and a question that is made of its words agree."""
    words = words_of(text)
    assert words_of(" ".join(words)) == words

"""Words of Chinese, Japanese and Korean."""

from __future__ import annotations

from service.interchange.guessing.columns.column_name import meanings_of_names
from service.interchange.guessing.columns.unspaced import width_of, words_in
from tests.rows import each_row


@each_row(
    ("name", "meanings"),
    [
        ("发布日期", {"publish", "date"}),
        ("死亡人数", {"people", "number"}),
        ("発言者", {"person", "sayer"}),
        ("발언자명", {"person", "sayer", "name"}),
        ("사망자", {"people"}),
        ("순번", {"count"}),
    ],
)
def test_words_that_are_written_as_one_are_known(name: str, meanings: set[str]) -> None:
    """The longest known ones, whole syllables of them: the word for a number is in no other one."""
    assert meanings_of_names([name])[name] == meanings


def test_what_is_not_known_is_one_word() -> None:
    """Words of other scripts are themselves."""
    assert [*words_in("date")] == ["date"]
    assert len([*words_in("龘龘日期龘")]) == 3


def test_such_a_sign_says_as_much_as_two_letters() -> None:
    """So that a sentence is told from a name in any script."""
    assert (width_of("abc"), width_of("死亡a")) == (3, 5)

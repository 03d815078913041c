"""Words, and what is found by them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections import queries, selection
from projections.queries import StatementFilter
from projections.search import MOST_WORDS, Sought, sought_in, words_of
from tests.histories import CODEC, History
from tests.unit.projections.oracle import Oracle
from tests.unit.projections.questions import QUESTIONS, finds
from tests.unit.projections.random_histories import histories


@given(history=histories(timelines=1), few=st.sampled_from((-1, 30_000)), data=st.data())
def test_every_question_finds_what_the_oracle_finds(
    history: History, few: int, data: st.DataObject
) -> None:
    """As of any revision and for every question that is known, looked up or walked."""
    revision = data.draw(st.integers(1, len(history.entries)))
    oracle = Oracle([CODEC.open(stored) for stored in history.entries[:revision]])
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(selection, "_MANY", few)
        store = history.store(Path(folder))
        ref = queries.timeline_at(store.reader, "kursk")
        assert ref is not None
        for question in QUESTIONS:
            page = queries.list_statements(
                store.reader, ref, StatementFilter(q=(question,)), revision, order="recorded"
            )
            found = [msgspec.json.decode(item)["id"] for item in page.items]
            wanted = [i for i, s in oracle.statements.items() if finds(s, (question,))]
            assert found == wanted, question
        store.close()


def test_no_phrase_runs_from_one_text_into_another(tmp_path: Path) -> None:
    """What ends a text and what begins the next one are no neighbours."""
    history = History()
    history.open()
    history.record("a", "Kim", about=("Lee",))
    store = history.store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None

    def count(question: str) -> int:
        asked = StatementFilter(q=(question,))
        return queries.count_statements(store.reader, ref, asked, ref.revision)

    assert [count(q) for q in ("kim lee", '"by kim"', '"kim lee"', '"kim kim"')] == [1, 1, 0, 0]
    store.close()


def test_the_index_cuts_ascii_as_questions_are_cut(tmp_path: Path) -> None:
    """Between two letters every ASCII character parts words, or is a part of one, in both."""
    history = History()
    history.open()
    characters = [chr(code) for code in range(32, 127)]
    for number, character in enumerate(characters):
        history.record(f"s{number}", f"A{character}z")
    store = history.store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    words = {character: words_of(f"A{character}z") for character in characters}
    for character in characters:
        asked = StatementFilter(q=(f'"{" ".join(words[character])}"',))
        page = queries.list_statements(store.reader, ref, asked, ref.revision, limit=200)
        found = {msgspec.json.decode(item)["said"]["by"] for item in page.items}
        assert found == {f"A{c}z" for c in characters if words[c] == words[character]}
    store.close()


@given(st.text())
def test_any_text_is_some_question(text: str) -> None:
    """It has at most a hundred words, and folding a word again changes nothing."""
    for sought in sought_in([text]):
        for part in (sought.match, sought.without):
            assert part is None or part.count('"') <= 2 * MOST_WORDS
    words = words_of(text)
    assert words_of(" ".join(words)) == words


def test_all_questions_share_a_hundred_words() -> None:
    """A longer phrase is cut; questions behind the hundredth word are not looked at, and do not
    ask for everything; the same one twice is one; a prefix counts for five."""
    [cut] = sought_in([f'"{"troops " * 4_000}"', "kim"])
    assert cut.match is not None
    assert cut.match.count("troops") == MOST_WORDS
    assert sought_in(["kim"] * 50) == sought_in(["kim"])
    many = sought_in([" ".join(f"w{n}x{i}*" for i in range(60)) for n in range(50)])
    assert sum((one.match or "").count("*") for one in many) == MOST_WORDS // 5


def test_a_question_that_asks_for_nothing_asks_for_all() -> None:
    """Beside others, too: any of them may hold."""
    assert sought_in(["!"]) == sought_in(["kim", "-"]) == []
    assert sought_in(["a -b"]) == [Sought('("a") NOT ("b")', None)]

"""Words, and what is found by them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections import queries
from projections.fold.indexing.search import MOST_WORDS, SearchQuery, search_queries
from projections.fold.indexing.words import words_of
from projections.queries import StatementFilter
from projections.queries.listing import query_plan
from tests.histories import CODEC, History
from tests.searches import COSTLY
from tests.unit.projections.oracle import Oracle
from tests.unit.projections.questions import QUESTIONS, finds
from tests.unit.projections.random_histories import histories


@pytest.mark.usefixtures("way")
@COSTLY
@given(history=histories(timelines=1), few=st.sampled_from((-1, 30_000)), data=st.data())
def test_every_question_finds_what_the_oracle_finds(
    history: History, few: int, data: st.DataObject
) -> None:
    """As of any revision and for every question that is known, looked up or walked."""
    revision = data.draw(st.integers(1, len(history.entries)))
    oracle = Oracle([CODEC.open(stored) for stored in history.entries[:revision]])
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(query_plan, "_MANY", few)
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
    for sought in search_queries([text]):
        for part in (sought.match, sought.without):
            assert part is None or part.count('"') <= 2 * MOST_WORDS
    words = words_of(text)
    assert words_of(" ".join(words)) == words


def test_all_questions_share_a_hundred_words() -> None:
    """A longer phrase is cut; questions behind the hundredth word are not looked at, and do not
    ask for everything; the same one twice is one; a prefix counts for five."""
    [cut] = search_queries([f'"{"troops " * 4_000}"', "kim"])
    assert cut.match is not None
    assert cut.match.count("troops") == MOST_WORDS
    assert search_queries(["kim"] * 50) == search_queries(["kim"])
    many = search_queries([" ".join(f"w{n}x{i}*" for i in range(60)) for n in range(50)])
    assert sum((one.match or "").count("*") for one in many) == MOST_WORDS // 5


def test_a_question_that_asks_for_nothing_asks_for_all() -> None:
    """Beside others, too: any of them may hold."""
    assert search_queries(["  "]) == search_queries(["-🚀"]) == search_queries(['""']) == []
    assert search_queries(["kim", "-"]) == []
    assert search_queries(["a -b"]) == [SearchQuery('("a") NOT ("b")', None, ('"a"',), ('"b"',))]


def _finds(history: History, folder: Path, *questions: str) -> set[str]:
    store = history.store(folder)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    asked = StatementFilter(q=questions)
    page = queries.list_statements(store.reader, ref, asked, ref.revision, limit=200)
    store.close()
    return {msgspec.json.decode(item)["id"] for item in page.items}


@pytest.mark.parametrize(
    ("questions", "ids"),
    [
        (["🚀"], set()),
        (["!"], set()),
        (['"&" 🚀'], set()),
        (["🚀 -kim"], set()),
        (["🚀", "kim"], {"a"}),
        (["kim 🚀"], {"a"}),
        (["-🚀"], {"a", "b"}),
        ([" "], {"a", "b"}),
    ],
)
def test_what_is_no_word_finds_nothing_by_itself(
    questions: list[str], ids: set[str], tmp_path: Path
) -> None:
    """An emoji or a mark is in no statement's words: alone it finds nothing, not everything; beside
    words it is passed over, and excluding it excludes nothing."""
    history = History()
    history.open()
    history.record("a", "Kim", text="He spoke 🚀!")
    history.record("b", "Lee")
    assert _finds(history, tmp_path, *questions) == ids


@given(
    texts=st.lists(st.text("北京桥上สะพ้คかナー a", min_size=1), min_size=1, max_size=6),
    data=st.data(),
)
def test_scripts_without_spaces_are_found_anywhere_in_a_run(
    texts: list[str], data: st.DataObject
) -> None:
    """Any piece of a run is found in exactly the texts that hold it, with a space or without; and
    behind a minus those texts are left out."""
    texts = [" ".join(text.split()) or "a" for text in texts]
    runs = [run for text in texts for run in text.replace("a", " ").split()]
    if not runs:
        return
    run = data.draw(st.sampled_from(runs))
    begin = data.draw(st.integers(0, len(run) - 1))
    piece = run[begin : data.draw(st.integers(begin + 1, len(run)))]
    history = History()
    history.open()
    for number, text in enumerate(texts):
        history.record(f"s{number}", "By", text=text)
    bare = [text.replace(" ", "") for text in texts]
    having = {f"s{number}" for number, text in enumerate(bare) if piece in text}
    with tempfile.TemporaryDirectory() as folder:
        assert _finds(history, Path(folder), piece) == having
        every = {f"s{number}" for number in range(len(texts))}
        assert _finds(history, Path(folder), f"-{piece}") == every - having


@pytest.mark.parametrize(
    ("text", "question", "found"),
    [
        ("다리를 건넜다", "다리", True),
        ("다리를 건넜다", '"다리"', True),
        ("다리를 건넜다", "-다리", False),
        ("사다리", "다리", False),
        ("KCNA는 말했다", "kcna", True),
        ("KCNA는 말했다", "KCNA는", True),
        ("The br\u00adidge fell", "bridge", True),
        ("The br\u00adidge fell", "-bridge", False),
        ("انفجر الجِسْرُ", "الجسر", True),
        ("W Łodzi", "lodzi", True),
        ("W Lodzi", "łodzi", True),
        ("在大桥上", "大桥*", True),
        ("在大桥上", '"上桥"', False),
    ],
)
def test_what_readers_leave_out_need_not_be_typed(
    tmp_path: Path, text: str, question: str, found: bool
) -> None:
    """Points, strokes, soft hyphens and particles hide no word from who asks for it, nor from
    who wants to be rid of it."""
    history = History()
    history.open()
    history.record("a", "By", text=text)
    assert _finds(history, tmp_path, question) == ({"a"} if found else set())

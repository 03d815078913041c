from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from events.event.envelope import actor_subject
from events.event.types import AliasRemoved
from projections import answers, queries
from tests.histories import History


def three() -> History:
    """Revisions 1 to 4: three statements by three speakers."""
    history = History()
    history.open()
    for id_, speaker in (("a", "Kim"), ("b", "Lee"), ("c", "Park")):
        history.record(id_, speaker)
    return history


def shown(history: History, folder: Path, revision: int | None = None) -> answers.ShownStatement:
    """Statement `a`, at the head by default."""
    store = history.store(folder)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    found = queries.show_statement(store.reader, ref, "a", revision or ref.revision)
    store.close()
    assert found is not None
    return msgspec.json.decode(found.json, type=answers.ShownStatement)


def standing(history: History, folder: Path) -> tuple[str, list[int]]:
    answer = shown(history, folder)
    return answer.standing, answer.because


def test_a_cause_that_goes_changes_the_statement_though_its_standing_stays(tmp_path: Path) -> None:
    """Of two supporters one turns out to be the speaker under an alias: still corroborated, by
    one event less, and that is when the statement changed."""
    history = three()
    history.relate("b", "supports", "a")
    history.relate("c", "supports", "a")
    history.register("kim", "Kim")
    alias = history.alias("kim", "Lee")
    answer = shown(history, tmp_path)
    assert (answer.standing, answer.because, answer.changed) == ("corroborated", [6], alias)
    assert (answer.supports, answer.revision) == (2, 6)


def test_a_weaker_cause_that_goes_changes_nothing_that_is_shown(tmp_path: Path) -> None:
    """While a statement is disputed, who corroborates it is not shown."""
    history = three()
    history.relate("b", "supports", "a")
    disputed = history.relate("c", "disputes", "a")
    history.register("kim", "Kim")
    history.alias("kim", "Lee")
    answer = shown(history, tmp_path)
    assert (answer.standing, answer.changed) == ("disputed", disputed)
    history.unrelate("c", "disputes", "a")
    assert standing(history, tmp_path / "later") == ("asserted", [])


def test_taking_an_alias_back_restores_what_was(tmp_path: Path) -> None:
    """The support counts again, at the revision at which the alias went."""
    history = three()
    history.relate("b", "supports", "a")
    history.register("kim", "Kim")
    history.alias("kim", "Lee")
    gone = history.add(actor_subject("kim"), AliasRemoved(alias="Lee"))
    answer = shown(history, tmp_path)
    assert (answer.standing, answer.because, answer.changed) == ("corroborated", [5], gone)


STEPS: dict[str, Callable[[History], object]] = {
    "retract the supporter": lambda h: h.retract("b"),
    "take the support back": lambda h: h.unrelate("b", "supports", "a"),
    "the supporter spoke the same name": lambda h: h.correct("b", said={"by": "KIM"}),
    "the supported spoke the same name": lambda h: h.correct("a", said={"by": "lee"}),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_support_ends(tmp_path: Path, step: str) -> None:
    """Whatever makes a support no longer one by another actor that stands, ends corroboration."""
    history = three()
    history.relate("b", "supports", "a")
    assert standing(history, tmp_path / "before") == ("corroborated", [5])
    STEPS[step](history)
    assert standing(history, tmp_path / "after") == ("asserted", [])


def test_a_retracted_statement_supersedes_nothing_and_a_later_one_of_it_does_not_either(
    tmp_path: Path,
) -> None:
    """Superseded, until the superseding statement is retracted; what it says after that counts
    no more than what it said before, though the relation is shown."""
    history = three()
    history.relate("b", "supersedes", "a")
    assert standing(history, tmp_path / "1") == ("superseded", [5])
    history.retract("b")
    assert standing(history, tmp_path / "2") == ("asserted", [])
    history.relate("b", "disputes", "a")
    answer = shown(history, tmp_path / "3")
    assert (answer.standing, answer.disputes) == ("asserted", 0)
    assert [relation.revision for relation in answer.relations] == [5, 7]


def test_the_first_that_applies_is_shown_and_all_its_causes(tmp_path: Path) -> None:
    """Superseded before disputed before corroborated; disputes and supports are counted still."""
    history = three()
    history.relate("b", "supports", "a")
    history.relate("c", "disputes", "a")
    history.relate("b", "disputes", "a")
    assert standing(history, tmp_path / "1") == ("disputed", [6, 7])
    history.relate("c", "supersedes", "a")
    answer = shown(history, tmp_path / "2")
    assert (answer.standing, answer.because) == ("superseded", [8])
    assert (answer.supports, answer.disputes) == (1, 2)
    history.retract("a")
    assert standing(history, tmp_path / "3") == ("retracted", [9])


def test_a_reinstated_statement_counts_as_it_would_have_all_along(tmp_path: Path) -> None:
    """Its support counts again, a dispute that it made while it was retracted counts from then on,
    and a support that an alias made its own no longer corroborates."""
    history = three()
    history.relate("b", "supports", "a")
    history.retract("b")
    history.relate("b", "disputes", "c")
    back = history.reinstate("b")
    answer = shown(history, tmp_path / "back")
    assert (answer.standing, answer.because, answer.supports) == ("corroborated", [5], 1)
    assert answer.changed == back
    history.retract("b")
    history.register("kim", "Kim")
    history.alias("kim", "Lee")
    history.reinstate("b")
    answer = shown(history, tmp_path / "alias")
    assert (answer.standing, answer.supports) == ("asserted", 1)


def test_a_retraction_that_is_taken_back_shows_what_it_hid(tmp_path: Path) -> None:
    """A dispute that came while the statement was retracted is its standing afterwards."""
    history = three()
    history.retract("a")
    disputed = history.relate("b", "disputes", "a")
    assert standing(history, tmp_path / "hidden") == ("retracted", [5])
    history.reinstate("a")
    assert standing(history, tmp_path / "shown") == ("disputed", [disputed])

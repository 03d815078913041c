"""Proposals, folded and asked about."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from events.event.envelope import proposal_subject
from events.event.types import (
    ProposalApproved,
    ProposalChange,
    ProposalMade,
    ProposalRefused,
    ProposalWithdrawn,
    StatementRedacted,
)
from projections.answers.proposal import FoldedProposal, ProposalState
from projections.digest import digest_at
from projections.queries.events import redaction_of
from projections.queries.proposals import ProposalFilter, proposal_at, proposals_at
from projections.queries.timelines import TimelineRef, timeline_at
from projections.storage.reader import Reader
from projections.storage.store import Store
from tests.histories import History

QUEUE = "_proposals.kursk"
MADE = ProposalMade(commands=({"statement": {"text": "It fell."}},), atomic=True)
ENDS: list[ProposalChange] = [
    ProposalApproved(revisions=(2,)),
    ProposalRefused(reason="so"),
    ProposalWithdrawn(),
]
STATES: dict[type[ProposalChange], ProposalState] = {
    ProposalApproved: "approved",
    ProposalRefused: "refused",
    ProposalWithdrawn: "withdrawn",
}


def ref_of(store: Store) -> TimelineRef:
    ref = timeline_at(store.reader, QUEUE)
    assert ref is not None
    return ref


@pytest.mark.parametrize("seed", range(3))
def test_every_revision_shows_what_had_become_of_proposals(tmp_path: Path, seed: int) -> None:
    """The states at each revision are those that follow from the events up to it."""
    chance = random.Random(seed)
    history = History(QUEUE)
    history.open()
    now: dict[str, FoldedProposal] = {}
    states = [{**now}]
    for step in range(60):
        waiting = [id_ for id_, each in now.items() if each.state == "proposed"]
        if waiting and chance.random() < 0.4:
            id_, end = chance.choice(waiting), chance.choice(ENDS)
            revision = history.add(proposal_subject(id_), end)
            changed = FoldedProposal(id_, STATES[type(end)], "desk", now[id_].made, revision)
            now[id_] = changed
        else:
            revision = history.add(proposal_subject(f"p{step}"), MADE)
            now[f"p{step}"] = FoldedProposal(f"p{step}", "proposed", "desk", revision, revision)
        states.append({**now})
    store = history.store(tmp_path)
    ref = ref_of(store)
    for revision, wanted in enumerate(states, 1):
        found = proposals_at(store.reader, ref, revision, ProposalFilter(), limit=100)
        assert found == [*wanted.values()]
        for id_ in now:
            assert proposal_at(store.reader, ref, id_, revision) == wanted.get(id_)
    refused = [each for each in now.values() if each.state in ("refused", "withdrawn")]
    asked = ProposalFilter(("refused", "withdrawn"), "desk")
    first = proposals_at(store.reader, ref, ref.revision, asked, limit=2)
    rest = proposals_at(store.reader, ref, ref.revision, asked, after=first[-1].made, limit=100)
    assert [*first, *rest] == refused
    assert (
        proposals_at(store.reader, ref, ref.revision, ProposalFilter(author="ann"), limit=9) == []
    )
    store.close()


@pytest.mark.parametrize("events", [(ENDS[1],), (MADE, MADE), (MADE, *ENDS[:2]), (MADE, *ENDS[1:])])
def test_what_cannot_have_happened_stops_the_fold(
    tmp_path: Path, events: tuple[ProposalChange, ...]
) -> None:
    """A proposal is made once, and decided once."""
    history = History(QUEUE)
    history.open()
    for event in events:
        history.add(proposal_subject("p"), event)
    with pytest.raises((LookupError, ValueError)):
        history.store(tmp_path)


def test_what_was_published_is_approved(tmp_path: Path) -> None:
    """An approval counts behind a withdrawal of the same moment, since the commands are carried
    out already."""
    history = History(QUEUE)
    history.open()
    for event in (MADE, ENDS[2], ENDS[0]):
        history.add(proposal_subject("p"), event)
    store = history.store(tmp_path)
    found = proposal_at(store.reader, ref_of(store), "p", 4)
    assert found is not None
    assert (found.state, found.made, found.revision) == ("approved", 2, 4)
    store.close()


def test_an_approval_is_noted_again_with_its_note(tmp_path: Path) -> None:
    """It stays approved, from the revision at which its note was added on."""
    history = History(QUEUE)
    history.open()
    for event in (MADE, ENDS[0], ProposalApproved(revisions=(2,), note="Checked.")):
        history.add(proposal_subject("p"), event)
    store = history.store(tmp_path)
    for revision in (3, 4):
        found = proposal_at(store.reader, ref_of(store), "p", revision)
        assert found is not None
        assert (found.state, found.made, found.revision) == ("approved", 2, revision)
    store.close()


def test_nothing_is_left_of_a_redacted_proposal(tmp_path: Path) -> None:
    """It is as if it had not been made, in a model that has folded it and in one whose log has lost
    the text; the other proposal stays."""
    history = History(QUEUE)
    history.open()
    history.add(proposal_subject("p"), MADE)
    history.add(proposal_subject("q"), MADE)
    history.add(proposal_subject("p"), ENDS[1])
    history.add(proposal_subject("p"), StatementRedacted(revisions=(2, 4), reason="a court"))
    live = history.store(tmp_path / "live")
    for n in (1, 3):
        history.entries[n] = history.entries[n]._replace(salt=None, data=None, redacted=5)
    again = history.store(tmp_path / "again")
    for store in (live, again):
        ref = ref_of(store)
        assert [
            each.id for each in proposals_at(store.reader, ref, 5, ProposalFilter(), limit=9)
        ] == ["q"]
        assert proposal_at(store.reader, ref, "p", 3) is None
        assert redaction_of(store.reader, ref, "p") == 5
    assert digest_at(live.reader, ref_of(live), 5) == digest_at(again.reader, ref_of(again), 5)
    live.close()
    again.close()


def test_each_column_counts_in_the_digest(tmp_path: Path) -> None:
    """Whatever is changed of a proposal, the digest of its timeline is another one."""
    history = History(QUEUE)
    history.open()
    history.add(proposal_subject("p"), MADE)
    history.add(proposal_subject("p"), ENDS[1])
    store = history.store(tmp_path)
    ref = ref_of(store)
    before = digest_at(store.reader, ref, 3)
    info = "SELECT name, type FROM pragma_table_info('proposals') WHERE name <> 'tl'"
    for column, kind in store.writer.execute(info).fetchall():
        value = "'x'" if kind == "TEXT" else "until - 1" if column == "until" else "1"
        store.writer.execute("BEGIN")
        store.writer.execute(f"UPDATE proposals SET {column} = {value} WHERE since = 2")
        assert digest_at(Reader(store.writer), ref, 3) != before, column
        store.writer.execute("ROLLBACK")
    store.close()

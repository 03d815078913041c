"""The rules of a timeline."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from events.event.envelope import TIMELINE
from events.event.types import TimelineDescribed, TimelineOpened
from service.writing.rules.decision import AlreadyRecorded, EventRef, Record
from service.writing.rules.timeline import TimelinePast, decide, evolve
from tests.decided import header

WANTED = st.builds(
    TimelineOpened,
    title=st.sampled_from(["Kursk", "Kherson"]),
    description=st.sampled_from([None, "Who said what."]),
    language=st.sampled_from(["en", "uk"]),
)


@given(st.lists(WANTED, min_size=1, max_size=6))
def test_a_timeline_is_opened_once_and_described_where_something_changes(
    wishes: list[TimelineOpened],
) -> None:
    """The first wish opens, a wish that changes something describes, and one that changes
    nothing is a duplicate of the event that made it so."""
    past: TimelinePast | None = None
    shown: tuple[object, ...] | None = None
    last = 0
    for revision, wish in enumerate(wishes, start=1):
        decision = decide(past, wish, "kursk")
        fields = (wish.title, wish.description, wish.language)
        if fields == shown:
            assert decision == AlreadyRecorded("kursk", EventRef(last, f"e{last}"))
            continue
        assert isinstance(decision, Record)
        assert decision.subject == TIMELINE
        expected = TimelineOpened if past is None else TimelineDescribed
        assert type(decision.event) is expected
        past = evolve(past, header(revision, TIMELINE, "timeline"), decision.event)
        shown, last = fields, revision

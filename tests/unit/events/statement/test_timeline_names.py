"""Names of timelines, the service's own among them."""

from __future__ import annotations

from events.statement.timeline_names import ANY_TIMELINE, is_reserved
from events.statement.wording import TIMELINE
from tests.rows import each_row

LONGEST = "a" * 63


@each_row("name", ["_access", "_proposals.kursk", f"_proposals.{LONGEST}"])
def test_the_services_own_timelines_have_names_that_nobody_can_open(name: str) -> None:
    """They are read by their names, but are none that a caller may give."""
    assert ANY_TIMELINE.admits(name)
    assert is_reserved(name)
    assert not TIMELINE.admits(name)
    assert len(name) <= ANY_TIMELINE.longest


@each_row("name", ["kursk", "0-1", LONGEST])
def test_a_callers_timeline_is_one_of_all(name: str) -> None:
    """What a caller may open can be read."""
    assert ANY_TIMELINE.admits(name)
    assert not is_reserved(name)


@each_row(
    "name", ["", "_", "_other", "_access.a", "_proposals", "_proposals.", "_proposals._access",
             "_proposals.-a", f"{LONGEST}a", "_access\n"],
)  # fmt: skip
def test_no_other_name_is_one(name: str) -> None:
    """Names that merely look like the service's own are none."""
    assert not ANY_TIMELINE.admits(name)

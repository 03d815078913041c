"""Sessions that were ended before their time."""

from __future__ import annotations

from pathlib import Path

from service.datafolder.ended_sessions import EndedSessions


def test_they_are_known_after_a_restart_until_their_time(tmp_path: Path) -> None:
    """What was ended is in the file; what would be over by now is dropped at the next change."""
    now = 0
    EndedSessions(tmp_path, lambda: now).add({"a": 10, "b": 20})
    again = EndedSessions(tmp_path, lambda: now)
    assert again.all == {"a": 10, "b": 20}
    now = 15
    again.add({"c": 30})
    assert EndedSessions(tmp_path, lambda: now).all == {"b": 20, "c": 30}
    assert (tmp_path / "sessions.json").stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_damaged_prevents_nothing(tmp_path: Path) -> None:
    """It is reported, and replaced by the next change."""
    (tmp_path / "sessions.json").write_text("{")
    kept = EndedSessions(tmp_path, lambda: 0)
    assert kept.all == {}
    kept.add({"a": 10})
    assert EndedSessions(tmp_path, lambda: 0).all == {"a": 10}

"""What a service shows, held to checkpoints that were saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audits import SIGNER, kursk, lines_of, note_of
from tests.unit.service.verifier.answering import (
    AT,
    LINES,
    verify,
)


def test_a_history_that_was_exchanged_is_reported_as_two(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A server whose history, signed by the same key, does not begin with the saved one: one key
    has signed two histories, both files are to be kept, and how an honest restore is announced."""
    saved = tmp_path / "saved"
    other = kursk(3)
    other.record("else")
    for size in (4, 6):
        if size == 6:
            other.record("more")
            other.record("last")
        saved.write_bytes(note_of(lines_of(other)))
        code, report = verify(capsys, {}, "--since", str(saved))
        assert (code, report["revision"]) == (1, None)
        assert "has signed two different histories" in report["reason"]
        assert str(SIGNER.verifier) in report["reason"]
        advice = " ".join(report["advice"])
        assert "Keep both files" in advice
        assert "honest restore" in advice


def test_a_head_behind_a_saved_one_is_reported_as_that(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Events that were signed are gone, or others stand in their place, and the head goes back: 1,
    the first of them, and what an honest restore looks like. Where all of them are there although
    the head went back, nothing is lost; a timeline that is gone is no other matter."""
    saved = tmp_path / "saved"
    saved.write_bytes(note_of(lines_of(kursk(9))))
    longer = [line + b"\n" for line in lines_of(kursk(9))]
    other = kursk(6)
    for number in range(3):
        other.record(f"else{number}")
    others = [line + b"\n" for line in lines_of(other)]
    broken = [*longer[:7], longer[7].replace(b"s8 by", b"s8 bY"), longer[8]]
    for lines, revision in ((LINES, 7), (broken, 8), (others, None)):
        told = (200, "application/x-ndjson", [line.strip() + b"\n" for line in lines])
        code, report = verify(capsys, {f"{AT}/events": told}, "--since", str(saved))
        assert (code, report["revision"], report["saved"]) == (1, revision, 9)
        assert "covers 6 events, fewer than the saved one of 9" in report["reason"]
        assert "honest restore" in " ".join(report["advice"])
    early = [*longer[:2], longer[2].replace(b"s3 by", b"s3 bY"), *longer[3:]]
    code, report = verify(
        capsys, {f"{AT}/events": (200, "application/x-ndjson", early)}, "--since", str(saved)
    )
    assert (code, report["revision"]) == (1, 3)
    assert "fewer than" not in report["reason"]
    whole = (200, "application/x-ndjson", longer)
    assert verify(capsys, {f"{AT}/events": whole}, "--since", str(saved))[0] == 0
    gone = (404, "application/problem+json", [b"{}"])
    code, report = verify(capsys, {f"{AT}/checkpoint": gone}, "--since", str(saved))
    assert (code, report["revision"]) == (1, 1)
    assert "honest restore" in " ".join(report["advice"])


def test_every_saved_checkpoint_is_met(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Of several that were kept the smaller ones count too: one that does not fit is found, though
    the largest does."""
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(note_of(LINES[:5]))
    other.write_bytes(note_of(LINES[:2]))
    since = ("--since", str(one), "--since", str(other))
    code, report = verify(capsys, {}, *since)
    assert (code, report["saved"]) == (0, 5)
    stranger = kursk(1)
    stranger.record("else")
    other.write_bytes(note_of(lines_of(stranger)))
    code, report = verify(capsys, {}, *since)
    assert code == 1
    assert "two different histories" in report["reason"]

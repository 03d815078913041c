"""A server that is hostile, or none of ours, ends an audit in words: not verified, not believed."""

from __future__ import annotations

from hashlib import sha256

import msgspec
import pytest

from events.edtf.timestamp import parse_rfc3339
from service.verifier import unsigned
from tests.audits import leaf_of, note_of
from tests.unit.service.verifier.answering import (
    AT,
    LINES,
    Answer,
    verify,
)


def test_an_honest_answer_is_verified(capsys: pytest.CaptureFixture[str]) -> None:
    """So that what follows fails for its own reason."""
    assert verify(capsys, {})[0] == 0


@pytest.mark.parametrize(
    ("path", "answer", "code"),
    [
        (f"{AT}/checkpoint", (200, "text/html", [b"<p>Hello</p>"]), 4),
        (f"{AT}/checkpoint", (500, "text/plain", [b"no"]), 4),
        (f"{AT}/keys", (200, "text/plain", [b"\xff" * 1000]), 0),
        (f"{AT}/events", (200, "text/html", [b"<p>Hello</p>"]), 4),
        (f"{AT}/events", (200, "application/x-ndjson", [b"\xff\xfe\n"]), 1),
        (f"{AT}/events", (200, "application/x-ndjson", [b"{" * (1 << 20)] * 80), 4),
        (f"{AT}/events", (200, "application/x-ndjson", []), 1),
        (f"{AT}/events", (403, "application/problem+json", [b'{"type":"/problems/forbidden"}']), 4),
        ("/health/audit", (503, "application/json", [b"{}"]), 4),
        ("/health/audit", (503, "text/html", [b"<p>Away</p>"]), 4),
    ],
)
def test_a_hostile_answer_is_not_believed(
    capsys: pytest.CaptureFixture[str], path: str, answer: tuple[int, str, list[bytes]], code: int
) -> None:
    """Pages in place of notes, endless answers and lines, bytes that are no text, refusals, and
    the alarm."""
    found, report = verify(capsys, {path: answer})
    assert (found, bool(report["reason"])) == (code, code != 0)


@pytest.mark.parametrize("path", [f"{AT}/checkpoint", "/health/audit"])
def test_what_has_no_end_is_not_read_to_its_end(
    capsys: pytest.CaptureFixture[str], path: str
) -> None:
    """A note or an alarm of 80 mebibytes is refused before the server has sent them all."""
    pieces = iter([bytes(1 << 20)] * 80)
    found, report = verify(capsys, {path: (200, "text/plain", pieces)})
    assert (found, bool(report["reason"])) == (4, True)
    assert next(pieces, None) is not None


def alarmed(*timelines: str) -> Answer:
    alarms = [{"timeline": name, "revision": 3, "reason": "is odd"} for name in timelines]
    body = msgspec.json.encode({"signing": {"signs": True}, "alarms": alarms})
    return (503, "application/json", [body])


@pytest.mark.parametrize(
    ("timelines", "code", "beside"),
    [((), 0, 0), (("other",), 0, 1), (("other", "third"), 0, 2), (("kursk", "other"), 4, 1)],
)
def test_only_an_alarm_about_the_timeline_itself_counts(
    capsys: pytest.CaptureFixture[str], timelines: tuple[str, ...], code: int, beside: int
) -> None:
    """The server's alarm about another timeline, or its 503 because others are not signed, changes
    no verdict: it is reported beside it."""
    found, report = verify(capsys, {"/health/audit": alarmed(*timelines)})
    assert (found, len(report["beside"])) == (code, beside)
    assert all("'other'" in line or "'third'" in line for line in report["beside"])
    assert ("revision 3 is odd" in (report["reason"] or "")) == ("kursk" in timelines)


RECORDED = parse_rfc3339(msgspec.json.decode(LINES[4])["recorded_at"])
SHORT = {
    f"{AT}/checkpoint": (200, "text/plain", [note_of(LINES[:4])]),
    f"{AT}/events/5": (200, "application/json", [LINES[4]]),
}


@pytest.mark.parametrize(
    ("seconds", "code", "when"),
    [
        (-61, 4, ", 1 minute ahead of this machine's clock,"),
        (-59, 0, ""),
        (0, 0, ""),
        (59, 0, ""),
        (61, 4, ", 1 minute ago by"),
        (120_000, 4, ", 2,000 minutes ago by"),
    ],
)
def test_only_what_stays_unsigned_for_a_minute_is_not_provable(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    seconds: int,
    code: int,
    when: str,
) -> None:
    """The first event behind the signed ones may be a minute old, or a minute ahead of the
    auditor's clock; beyond that signing has stopped, and the answer is 4, whatever health says."""
    monkeypatch.setattr(unsigned, "_PAUSE", 0)
    monkeypatch.setattr("service.cli.auditing.verify.now", lambda: RECORDED + seconds * 1_000_000)
    found, report = verify(capsys, SHORT)
    assert (found, report["size"]) == (code, 4)
    assert ("Events stay unsigned: revision 5" in (report["reason"] or "")) == (code == 4)
    assert when in (report["reason"] or "")


def test_a_clock_that_is_wrong_makes_no_service_one_that_has_stopped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a checkpoint over the event comes while the auditor looks, signing goes on, however
    old the event seems. A server whose answer is no event proves nothing."""
    monkeypatch.setattr(unsigned, "_PAUSE", 0)
    monkeypatch.setattr("service.cli.auditing.verify.now", lambda: RECORDED + 3_600_000_000)
    notes = [note_of(LINES[:size]) for size in (4, 4, 4, 6)]
    later: list[Answer] = [(200, "text/plain", [note]) for note in notes]
    assert verify(capsys, {**SHORT, f"{AT}/checkpoint": later})[0] == 0
    nonsense = LINES[4].replace(b'"recorded_at":"2026', b'"recorded_at":"x')
    told = (200, "application/json", [nonsense])
    assert verify(capsys, {**SHORT, f"{AT}/events/5": told})[0] == 4


def test_an_altered_header_is_named_by_the_servers_own_tiles(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Where they lead to the signed root; with others, or none, it is tampering all the same."""
    touched = [*LINES[:3], LINES[3].replace(b'"desk"', b'"disk"'), *LINES[4:]]
    hashes = b"".join(sha256(b"\0" + leaf_of(line)).digest() for line in LINES)
    events = (200, "application/x-ndjson", [line + b"\n" for line in touched])
    for tile, status, revision in (
        (hashes, 200, 4),
        (hashes[::-1], 200, None),
        (b"", 200, None),
        (bytes(10_000), 200, None),
        (b"no", 500, None),
    ):
        told = (status, "application/octet-stream", [tile])
        code, report = verify(capsys, {f"{AT}/events": events, f"{AT}/log/tile/0/000.p/6": told})
        assert (code, report["revision"]) == (1, revision)

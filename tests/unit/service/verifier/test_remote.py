"""A server that is hostile, or none of ours, ends an audit in words: not verified, not believed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from events.edtf.timestamp import parse_rfc3339
from service.cli import main
from service.verifier import unsigned
from tests.audits import SIGNER, kursk, leaf_of, lines_of, note_of

AT = "/v1/timelines/kursk"
LINES = lines_of(kursk(6))
Answer = tuple[int, str, Iterable[bytes]]
Answers = Mapping[str, Answer | list[Answer]]
HONEST: Answers = {
    f"{AT}/checkpoint": (200, "text/plain", [note_of(LINES)]),
    f"{AT}/keys": (200, "text/plain", [f"{SIGNER.verifier}\n".encode()]),
    f"{AT}/events": (200, "application/x-ndjson", [line + b"\n" for line in LINES]),
    "/health/audit": (200, "application/json", [b'{"signing":{"signs":true},"alarms":[]}']),
}


@contextmanager
def serving(answers: Answers) -> Iterator[str]:
    """A server that gives these answers, each in pieces until the connection ends; of a list one
    after the other, and the last of them from then on."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            found = answers.get(path, (404, "text/html", [b"<p>Nothing</p>"]))
            if isinstance(found, list):
                found = found.pop(0) if len(found) > 1 else found[0]
            status, kind, pieces = found
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Onrecord-Revision", str(len(LINES)))
            self.end_headers()
            try:
                for piece in pieces:
                    self.wfile.write(piece)
            except OSError:
                self.close_connection = True  # the auditor has heard enough

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def verify(capsys: pytest.CaptureFixture[str], changed: Answers, *more: str) -> tuple[int, Any]:
    with serving({**HONEST, **changed}) as url:
        code = main(["verify", url, "--timeline", "kursk", "--vkey", str(SIGNER.verifier), *more])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, msgspec.json.decode(out)["timelines"][0]


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
        assert "of 6 events, behind the saved one of 9" in report["reason"]
        assert "honest restore" in " ".join(report["advice"])
    early = [*longer[:2], longer[2].replace(b"s3 by", b"s3 bY"), *longer[3:]]
    code, report = verify(
        capsys, {f"{AT}/events": (200, "application/x-ndjson", early)}, "--since", str(saved)
    )
    assert (code, report["revision"]) == (1, 3)
    assert "behind" not in report["reason"]
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

"""A server that is hostile, or none of ours, ends an audit in words: not verified, not believed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest

from service.cli import main
from tests.audits import SIGNER, kursk, leaf_of, lines_of, note_of

AT = "/v1/timelines/kursk"
LINES = lines_of(kursk(6))
HONEST: dict[str, tuple[int, str, list[bytes]]] = {
    f"{AT}/checkpoint": (200, "text/plain", [note_of(LINES)]),
    f"{AT}/keys": (200, "text/plain", [f"{SIGNER.verifier}\n".encode()]),
    f"{AT}/events": (200, "application/x-ndjson", [line + b"\n" for line in LINES]),
    "/health/audit": (200, "application/json", [b'{"signs":true,"alarms":[]}']),
}


@contextmanager
def serving(answers: Mapping[str, tuple[int, str, list[bytes]]]) -> Iterator[str]:
    """A server that gives these answers, each in pieces until the connection ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            status, kind, pieces = answers.get(path, (404, "text/html", [b"<p>Nothing</p>"]))
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


def verify(
    capsys: pytest.CaptureFixture[str], changed: Mapping[str, tuple[int, str, list[bytes]]]
) -> tuple[int, Any]:
    with serving(HONEST | dict(changed)) as url:
        code = main(["verify", url, "--timeline", "kursk", "--vkey", str(SIGNER.verifier)])
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
        (f"{AT}/checkpoint", (200, "text/plain", [bytes(1 << 20)] * 4), 4),
        (f"{AT}/checkpoint", (500, "text/plain", [b"no"]), 4),
        (f"{AT}/keys", (200, "text/plain", [b"\xff" * 1000]), 0),
        (f"{AT}/events", (200, "text/html", [b"<p>Hello</p>"]), 4),
        (f"{AT}/events", (200, "application/x-ndjson", [b"\xff\xfe\n"]), 1),
        (f"{AT}/events", (200, "application/x-ndjson", [b"{" * (1 << 20)] * 80), 4),
        (f"{AT}/events", (200, "application/x-ndjson", []), 1),
        (f"{AT}/events", (403, "application/problem+json", [b'{"type":"/problems/forbidden"}']), 4),
        ("/health/audit", (503, "application/json", [b"{}"]), 4),
    ],
)
def test_a_hostile_answer_is_not_believed(
    capsys: pytest.CaptureFixture[str], path: str, answer: tuple[int, str, list[bytes]], code: int
) -> None:
    """Pages in place of notes, endless answers and lines, bytes that are no text, refusals, and
    the alarm."""
    found, report = verify(capsys, {path: answer})
    assert (found, bool(report["reason"])) == (code, code != 0)


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

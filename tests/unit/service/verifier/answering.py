"""A service that answers what it is told to, and an audit of it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest

from service.cli import main
from tests.audits import SIGNER, kursk, lines_of, note_of

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

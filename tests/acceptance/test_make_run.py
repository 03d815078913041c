"""What `make run` starts: the service with its seed, for someone who tries it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.leash import leashed
from tests.program import LIMIT
from tests.serving import TRUST

RUN = str(Path(__file__).parents[2] / "scripts" / "run.py")


def test_a_free_port_is_taken_and_named(tmp_path: Path) -> None:
    """With `--port 0` the seed is loaded, and the page stands where it is said to be; a signal ends
    it orderly."""
    command = [sys.executable, RUN, "--port", "0", "--data-dir", str(tmp_path / "data")]
    with subprocess.Popen(
        leashed(command), cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as started:
        try:
            assert started.stdout is not None
            lines = iter(started.stdout.readline, "")
            pages = (re.search(r"page +(http://127.0.0.1:[1-9]\S+)", line) for line in lines)
            found = next(filter(None, pages), None)
            assert found is not None
            page = httpx.get(found[1], headers={"Accept": "text/html"}, verify=TRUST)
            assert (page.status_code, "Kursk" in page.text) == (200, True)
        finally:
            started.send_signal(signal.SIGTERM)
            code = started.wait(timeout=LIMIT)
        assert code == 0


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_what_is_no_port_is_refused_with_a_sentence(port: str, tmp_path: Path) -> None:
    """And not with what the system says of it."""
    command = [sys.executable, RUN, f"--port={port}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "argument --port: " in done.stderr

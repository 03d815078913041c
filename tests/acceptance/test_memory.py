"""What the service has in memory."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import running_fresh


def _kilobytes(pid: int, field: str) -> int:
    shown = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(rf"\n{field}: +(\d+)", shown)
    assert found is not None
    return int(found[1])


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_workers_share_most_of_what_they_have_at_the_start(tmp_path: Path) -> None:
    """What is imported and derived of the routes is in memory once, however many workers there
    are: a worker that makes its own has half of its memory for itself."""
    with running_fresh(tmp_path, "--workers", "2") as service:
        processes = service.ask("GET", "/health/ready").json()["processes"]
        workers = [each["pid"] for each in processes if each["role"] == "worker"]
        own = [_kilobytes(pid, "Private_Dirty") / _kilobytes(pid, "Rss") for pid in workers]
    assert len(own) == 2
    assert max(own) < 0.35


def test_the_service_loads_nothing_of_clients_and_calendars() -> None:
    """Its processes hold neither what asks a server nor what most of them never read."""
    code = "import sys, service.cli.operating.serve, service.app; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"httpx", "icalendar", "numpy", "service.client"}.isdisjoint(shown.stdout.split())

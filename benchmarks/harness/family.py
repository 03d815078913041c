"""The processes of a running service, as the kernel shows them: their resource use, and which one
has a connection. Linux only."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["descendants", "processor_seconds", "resident", "worker_of"]

_TICK = os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """The process and all its descendants."""
    found = [pid]
    for one in found:
        try:
            found += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except OSError:
            continue  # it has ended
    return found


def processor_seconds(*pids: int) -> float:
    """The processor seconds that these processes have used so far."""
    used = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / _TICK


def resident(*pids: int) -> int:
    """Bytes of resident memory of these processes; shared memory counts once."""
    lines = [
        line
        for pid in pids
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        if line.startswith("Pss:")
    ]
    return 1024 * sum(int(line.split()[1]) for line in lines)


def worker_of(url: str, port: int, workers: list[int]) -> int | None:
    """The worker that serves the connection from this port, or None."""
    ends = f":{urlsplit(url).port:04X}", f":{port:04X}"
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(ends[0]) and fields[2].endswith(ends[1]):
            wanted = f"socket:[{fields[9]}]"
            for worker in workers:
                if wanted in _files(worker):
                    return worker
    return None


def _files(pid: int) -> set[str]:
    try:
        return {_read_link(path) for path in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:
        return set()  # it has ended


def _read_link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""  # it was closed meanwhile

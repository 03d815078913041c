"""How many cores this process may use: by its affinity, and by the quota of its control group."""

from __future__ import annotations

import os
from math import ceil
from pathlib import Path
from typing import Final

__all__ = ["usable_cores"]

_GROUPS: Final = Path("/proc/self/cgroup")
_TREE: Final = Path("/sys/fs/cgroup")


def usable_cores(groups: Path = _GROUPS, tree: Path = _TREE) -> int:
    """The number of cores, at least one. A quota of part of a core counts as a whole core."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return max(1, min([cores, *map(ceil, _quotas(groups, tree))]))


def _quotas(groups: Path, tree: Path) -> list[float]:
    """The quotas, in cores, of the control group and of its parents (version 2)."""
    try:
        line = next(x for x in groups.read_text().splitlines() if x.startswith("0::"))
    except (OSError, StopIteration):
        return []
    folder = tree / line.removeprefix("0::").strip("/")
    found: list[float] = []
    for place in (folder, *folder.parents):
        try:
            quota, period = (place / "cpu.max").read_text().split()
            found += [] if quota == "max" else [int(quota) / int(period)]
        except (OSError, ValueError):
            pass
        if place == tree:
            break
    return found

"""A service that is measured."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from rich.console import Console

from benchmarks.harness.requests import ask_as_owner
from tests.serving import Service, running, running_fresh

__all__ = ["console", "served"]

console = Console(soft_wrap=True)


@contextmanager
def served(workers: int, *, fresh: bool = False, kept: str = "") -> Iterator[Service]:
    """A service with this many workers, while the block lasts. Every request, also one to a peer,
    has its owner's key. The machine's load is printed before and after. Unless `fresh`, the service
    shares memory with the process that it is forked from. Its data is in the folder `kept`, where a
    later run finds it again, or without one in a folder that is removed."""
    run = running_fresh if fresh else running
    console.print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    with (
        nullcontext(kept) if kept else tempfile.TemporaryDirectory() as folder,
        run(Path(folder), "--workers", str(workers)) as service,
    ):
        ask_as_owner(service)
        yield service
    console.print(f"load of the machine after: {os.getloadavg()[0]:.1f}")

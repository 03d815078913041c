"""Columns that workers share: whatever is killed, the next one finds or makes them, and nothing of
what is redacted is left."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack, closing, suppress
from itertools import cycle
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest

from projections import queries
from projections.queries import StatementFilter
from projections.queries.columns import cached_columns, current_columns
from projections.storage import file_memory
from projections.storage.read_model import ReadModel
from tests.forked import onrecord
from tests.histories import History
from tests.looks import look_again
from tests.program import LIMIT
from tests.serving import Service, running_as
from tests.steps import share_until
from tests.warm import exit_code_of

TIMELINE = "/v1/timelines/kursk"
MANY, AT_ONCE = 1_000, 500
SECRET = "zyxwvut"
_LIMITS = cycle(range(1, 400))
"""So that no answer is one that was kept."""


def history() -> History:
    made = History()
    made.open()
    for number in range(30):
        made.record(f"s{number}", tags=("t",))
    made.correct("s3", text="Corrected.")
    return made


def test_what_a_killed_worker_has_left_is_mapped_or_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each step from the lock to the files that are removed last; the lock is free at once, and
    in the end there is one snapshot with its shelf."""
    monkeypatch.setattr(cached_columns, "_FEWEST", 0)
    monkeypatch.setattr(current_columns, "_SHELVED", 0)
    monkeypatch.setattr(current_columns, "_BEHIND", 8)
    monkeypatch.setattr(file_memory, "_QUIET", 0.0)
    history().store(tmp_path).close()
    seen, step, left = set[frozenset[str]](), 0, True
    while left:
        step += 1
        left = exit_code_of(share_until, step, tmp_path) == -signal.SIGKILL
        seen.add(frozenset(path.suffix for path in tmp_path.glob("columns-*")))
        with closing(ReadModel(tmp_path, 1)) as model:
            reader = model.reader_of("kursk")
            ref = queries.timeline_at(reader, "kursk")
            assert ref is not None
            before = queries.list_statements(reader, ref, StatementFilter(), ref.revision)
            reader.memory.wait()
            assert queries.list_statements(reader, ref, StatementFilter(), ref.revision) == before
            (columns,) = reader.memory.columns.values()
            assert columns.mapped.shelf in {*tmp_path.glob("columns-*.shelf")}
            assert len([*tmp_path.glob("columns-*")]) == 3
        for path in tmp_path.glob("columns-*"):
            path.unlink()
    assert step > 5
    assert {
        frozenset({".lock", ".shelf", ".new"}),
        frozenset({".lock", ".shelf", ".snapshot"}),
    } <= seen


def workers(service: Service) -> set[int]:
    with service.client(timeout=LIMIT) as client:
        found = client.get("/health/ready").json()["processes"]
    return {process["pid"] for process in found if process["role"] == "worker"}


def used(pid: int) -> set[str]:
    """The names of the files of columns that the process has mapped or open; removed ones too."""
    names = set()
    with suppress(FileNotFoundError, ProcessLookupError):  # it has ended
        names |= {*Path(f"/proc/{pid}/maps").read_text().split()}
        for opened in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):
                names.add(str(opened.readlink()).removesuffix(" (deleted)"))
    return {Path(name).name for name in names if "/columns-" in name}


def until_shared(service: Service, redactions: int) -> set[str]:
    """Ask until two workers have mapped the same snapshot and opened its shelf; their names."""
    found: list[set[str]] = []
    files = {""}
    while len(found) != 2 or len(files) != 2 or any(names != files for names in found):
        with ExitStack() as held:  # each connection belongs to one worker
            for _ in range(6):
                client = held.enter_context(service.client(timeout=LIMIT))
                with suppress(httpx.TransportError):  # a worker was killed
                    client.get(f"{TIMELINE}/statements?tag=t&limit={next(_LIMITS)}")
        found = [used(pid) for pid in workers(service)]
        files = {path.name for path in service.data.glob(f"columns-*-{redactions}*.s*")}
        look_again()
    return files


def plain(id: str, text: str = "Nothing.", tag: str = "t") -> dict[str, Any]:  # noqa: A002 - the field's own name
    said = {"by": "KCNA", "on": None}
    return {"id": id, "kind": "claim", "text": text, "said": said, "tags": [tag]}


def sharing_onrecord() -> int:
    """`onrecord`, whose workers share the columns of shorter timelines, and load them at once."""
    shared: Any = current_columns
    loaded: Any = file_memory
    shared._SHELVED, loaded._QUIET = MANY, 0.0
    return onrecord()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at /proc")
def test_workers_share_until_something_is_redacted(tmp_path: Path) -> None:
    """Both use the files that one has made, and a worker that was killed leaves them to its
    successor. Once a redaction is folded they are gone, and soon nobody has one mapped or open;
    those that are made after it do not have the text. When the service has ended there are none,
    and at the start none that an earlier one has left."""
    left = tmp_path / "data" / "columns-1-0.snapshot"
    left.parent.mkdir(mode=0o700)
    left.touch()
    with (
        running_as(sharing_onrecord, tmp_path, "--workers", "2") as service,
        service.client(timeout=LIMIT) as client,
    ):
        assert not left.exists()
        client.put(TIMELINE, json={"title": "Kursk"})
        client.post(f"{TIMELINE}/statements", json=[plain("a", SECRET, SECRET)])
        for first in range(0, MANY, AT_ONCE):
            some = [plain(f"s{n}") for n in range(first, first + AT_ONCE)]
            client.post(f"{TIMELINE}/statements", json=some).raise_for_status()
        service.wait_for_fold()
        files = until_shared(service, 0)
        assert all((service.data / name).stat().st_mode & 0o77 == 0 for name in files)
        assert SECRET.encode() in b"".join((service.data / name).read_bytes() for name in files)
        os.kill(min(workers(service)), signal.SIGKILL)
        assert until_shared(service, 0) == files
        removal = f"{TIMELINE}/statements/a/redactions"
        answer = client.post(removal, json={"reason": "A court."})
        folded = f"{TIMELINE}?min_revision={answer.json()['revision']}"
        while client.get(folded).status_code != 200:
            look_again()
        assert not [name for name in files if (service.data / name).exists()]
        ended = monotonic() + LIMIT
        while {name for pid in workers(service) for name in used(pid)} & files:
            assert monotonic() < ended
            look_again()
        made = until_shared(service, 1)
        assert SECRET.encode() not in b"".join((service.data / name).read_bytes() for name in made)
    assert not [*service.data.glob("columns-*")]

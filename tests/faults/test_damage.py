"""Every file of the data folder, damaged: what can be made from the log is, and what cannot is
reported with what to do. Never is it an alarm, or a traceback."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import httpx
import pytest

from projections.ledger.file import ASIDE, LEDGER
from tests.leftovers import model_of
from tests.looks import look_again
from tests.program import Done, Program
from tests.servers import DURABLE, ValkeyServer
from tests.serving import Service, command, running
from tests.tampering import signed, verify, vkey_of, write
from tests.unit.projections.storage.test_store_damage import (
    a_folder,
    a_pipe,
    a_text,
    cut_off,
    emptied,
    first_page,
    middle,
)

COUNT: Final = 300
"""Events of the timeline: more than a tile."""
READ_MODEL: Final = model_of(Path()).name
MADE_AGAIN: Final = [first_page, middle, cut_off, emptied, a_folder, a_pipe, a_text]


class Whole(NamedTuple):
    """A folder that a service was stopped on, with its log on a server of its own."""

    folder: Path
    url: str
    digest: str
    vkey: str
    events: int

    def copy(self, folder: Path) -> Path:
        shutil.copytree(self.folder / "data", folder / "data")
        return folder / "data"

    @contextmanager
    def service(self, folder: Path) -> Iterator[Service]:
        with running(folder, "--redis-url", self.url) as service:
            yield service

    def refused(self, folder: Path) -> Done:
        return Program().run(*command(folder), "--redis-url", self.url)

    def is_right(self, service: Service) -> bool:
        """Whether everything that is asked has its right answer; nothing has a wrong one."""
        at = "/v1/timelines/kursk"
        with service.client(timeout=30) as client:
            answers = [
                client.get(f"{at}/digest"),
                client.get(f"{at}/statements?q=this&limit=500"),
                client.get(f"{at}/log/tile/0/000"),
                client.get(f"{at}/proofs/consistency?from=7"),
                *(client.get(f"{at}/proofs/inclusion?revision={n}") for n in (1, 200, 257, COUNT)),
            ]
        assert {answer.status_code for answer in answers} <= {200, 503}, answers
        assert answers[0].json().get("digest", self.digest) == self.digest
        assert client_problems(answers) <= {"/problems/projection-lagging"}
        return all(answer.status_code == 200 for answer in answers)


def client_problems(answers: list[httpx.Response]) -> set[str]:
    return {answer.json()["type"] for answer in answers if answer.status_code != 200}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    folder = tmp_path_factory.mktemp("whole")
    with ValkeyServer(*DURABLE) as valkey:
        with running(folder, "--redis-url", valkey.url) as service:
            write(service, "kursk", range(COUNT - 1))
            signed(service, "kursk", COUNT)
            vkey = vkey_of(service)
            digest = service.ask("GET", "/v1/timelines/kursk/digest").json()["digest"]
            events = service.folded()
        yield Whole(folder, valkey.url, digest, vkey, events)


def is_quiet(service: Service) -> None:
    """No alarm, no traceback, and an auditor finds nothing."""
    health = service.ask("GET", "/health/audit")
    assert health.json()["alarms"] == []
    told = service.log.read_text()
    assert "audit alarm" not in told
    assert "Traceback" not in told


@pytest.mark.parametrize("damage", MADE_AGAIN, ids=lambda damage: str(damage.__name__))
def test_what_is_made_from_the_log_is_made_again(
    tmp_path: Path, whole: Whole, damage: Callable[[Path], None]
) -> None:
    """Read model and ledger damaged at rest: the service starts, never answers wrongly, and soon
    answers everything; what it proves is true for an auditor."""
    data = whole.copy(tmp_path)
    for name in (READ_MODEL, LEDGER):
        damage(data / name)
    with whole.service(tmp_path) as service:
        while not whole.is_right(service):
            look_again()
        is_quiet(service)
        assert verify(service, whole.vkey) == (0, None)
        while service.ask("GET", "/health/ready").status_code != 200:
            look_again()  # other partitions are made again as well
    assert not (data / ASIDE).exists()


def test_what_is_damaged_under_a_running_service_is_made_again(
    tmp_path: Path, whole: Whole
) -> None:
    """The same while it runs: whatever is asked then is answered rightly, or not yet."""
    data = whole.copy(tmp_path)
    with whole.service(tmp_path) as service:
        for name in (READ_MODEL, LEDGER):
            size = (data / name).stat().st_size
            with (data / name).open("r+b") as file:
                file.seek(4_096)
                file.write(os.urandom(size - 4_096))
        while not whole.is_right(service):
            look_again()
        is_quiet(service)
        assert verify(service, whole.vkey) == (0, None)


@pytest.mark.parametrize("damage", [first_page, a_folder], ids=lambda damage: str(damage.__name__))
def test_a_rebuild_needs_no_whole_file(
    tmp_path: Path, whole: Whole, damage: Callable[[Path], None]
) -> None:
    """`onrecord rebuild` works on a folder whose read model and ledger are damaged."""
    data = whole.copy(tmp_path)
    for name in (READ_MODEL, LEDGER):
        damage(data / name)
    done = Program().run("rebuild", "--data-dir", str(data), "--redis-url", whole.url)
    assert (done.code, done.answer) == (0, {"events": whole.events})
    assert "Traceback" not in done.err


KEPT: Final = ("seal.key", "signing.key", "signed.json", "alarms.json")


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("damage", [first_page, emptied, a_pipe], ids=lambda d: str(d.__name__))
def test_what_cannot_be_made_again_is_reported(
    tmp_path: Path, whole: Whole, name: str, damage: Callable[[Path], None]
) -> None:
    """The service does not start: one line names the file and what to do. Nothing is changed."""
    data = whole.copy(tmp_path)
    path = data / name
    if not path.exists():
        path.write_text('{"other":{"revision":1,"reason":"is missing"}}')
    mode = path.stat().st_mode
    damage(path)
    path.chmod(mode)
    before = sorted(found.name for found in data.iterdir())
    done = whole.refused(tmp_path)
    assert (done.code, done.out) == (1, "")
    [line] = done.err.splitlines()
    assert str(path) in line
    assert "from a backup" in line or "move it away" in line
    assert sorted(found.name for found in data.iterdir()) == before

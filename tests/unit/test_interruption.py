"""A run of the tests that is ended from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.run_folder import CHOSEN, MEMORY
from tests.warm import LIMIT

_ROOT = Path(__file__).resolve().parents[2]
_A_TEST = """
import os
import tempfile

import pytest

from tests import warm
from tests.program import Program
from tests.servers import ValkeyServer
from tests.serving import command

warm._CONTEXT.set_forkserver_preload(["tests.forked"])  # for one program

@pytest.fixture
def something():
    yield
    print("put away", flush=True)

def test_that_lasts(something, tmp_path):
    print(f"\\nin {tempfile.gettempdir()}", flush=True)
    with ValkeyServer():
        Program().start(*command(tmp_path), "--workers", "1", stdout=1, stderr=2).wait()
"""


@pytest.fixture
def short_path() -> Iterator[str]:
    """A folder in which paths of sockets are not too long."""
    with tempfile.TemporaryDirectory() as folder:
        yield folder


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere services are no warm processes")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_what_it_has_started_ends(tmp_path: Path, short_path: str, number: signal.Signals) -> None:
    """SIGTERM ends a run as Ctrl-C does, and nothing of it stays in memory; services end even if it
    is killed, and so do servers. All of them have its stdout or stderr, so that ends with the last
    one."""
    path = tmp_path / "test_that_lasts.py"
    path.write_text(_A_TEST)
    inherited = dict(os.environ)  # noqa: TID251 - a program is given what this process has
    environment = {name: text for name, text in inherited.items() if name not in CHOSEN}
    if number == signal.SIGKILL:
        environment["TMPDIR"] = short_path  # the killed run leaves its files
    options = ["-n", "0", "-s", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", "-c", str(_ROOT / "pyproject.toml"), *options, str(path)],
        env=environment | {"PYTHONPATH": str(_ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as run:
        assert run.stdout is not None
        folder = next(line for line in run.stdout if line.startswith("in ")).split()[1]
        assert any("http://" in line for line in run.stdout)
        run.send_signal(number)
        printed, _ = run.communicate(timeout=LIMIT)
    if number == signal.SIGTERM:
        assert "put away" in printed
        assert run.returncode == pytest.ExitCode.INTERRUPTED, printed
        assert not folder.startswith(str(MEMORY)) or not Path(folder).exists()


_HANGING = """
import signal
from tests.interruption import HangWatch

def test_that_hangs():
    watch = HangWatch(0.01)
    watch.begin()
    {between}
    watch.begin()
    signal.pause()

test_that_hangs()
"""


@pytest.mark.parametrize("between", ["pass", "watch.rest()"])
def test_one_that_hangs_ends_with_its_stack(between: str) -> None:
    """The process ends, and tells where it was; also after a rest."""
    ended = subprocess.run(
        [sys.executable, "-c", _HANGING.format(between=between)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert ended.returncode == 1
    assert "in test_that_hangs" in ended.stderr

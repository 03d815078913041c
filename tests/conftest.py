"""The common basis of every test: the rule about skips in CI, the shared files, hypothesis'
profiles."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, chdir
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Final

import pytest
import structlog
from hypothesis import Phase, settings
from hypothesis.internal.conjecture import engine

from tests.interruption import HangWatch, end_in_order
from tests.run_folder import run_folder, temporary_files_in
from tests.threads import strangers

IN_CI = os.environ.get("CI", "") not in {"", "0", "false"}  # noqa: TID251 - CI is told by nothing else

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Test vectors and data beside the checkout."""

# Without bytecode files, each program that a test starts would compile all modules again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # noqa: TID251 - it is for those programs

# A shell starts background jobs with SIGINT ignored, and children inherit that; tests interrupt
# programs, which must receive it.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Where a test configures no log, a traceback is lines of text: what Rich draws of one takes a tenth
# of a second.
structlog.get_config()["processors"][-1].exception_formatter = structlog.dev.plain_traceback

MAY_SKIP_IN_CI: dict[str, str] = {}
"""The tests that CI may skip: the beginning of a node's id, and the reason. Keep it short."""

# Imported and collected objects live as long as the run. Scanning them for garbage took a third of
# the collection's time.
gc.disable()

# A slow machine is not a wrong program: no property fails because of the time it took.
# At a desk a run searches less than in CI: it is made often, and each searches elsewhere.
settings.register_profile("dev", deadline=None, max_examples=40)
settings.register_profile("ci", deadline=None, derandomize=False, max_examples=150, print_blob=True)
# For a night, or for changed code: `make test PYTEST=--hypothesis-profile=deep`.
settings.register_profile("deep", deadline=None, max_examples=2_000, print_blob=True)
# A failing property makes its example smaller for so many seconds, and at its next run for as many
# again; hypothesis' own five minutes are most of a run of all tests.
engine.MAX_SHRINKING_SECONDS = 30
# A mutant that only luck finds is as good as a surviving one: few examples, and no shrinking of
# failing ones.
settings.register_profile(
    "mutation",
    deadline=None,
    database=None,
    max_examples=20,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("ci" if IN_CI else "dev")

_WATCH: Final = pytest.StashKey[HangWatch]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Work in memory where there is room, the processes of xdist in the same folder. The one that
    hands out the tests runs none, and has to end in order, too."""
    end_in_order()
    config.stash[_WATCH] = HangWatch()
    environment = os.environ  # noqa: TID251 - programs that tests start are told the folder, too
    held = ExitStack()
    folder = held.enter_context(run_folder(environment))
    # When this process ends, and last: multiprocessing's own files are in it.
    Finalize(None, held.close, exitpriority=-200)
    if folder is None:
        return
    used = ExitStack()
    used.enter_context(temporary_files_in(folder, environment))
    config.add_cleanup(used.close)
    if config.option.basetemp is None:
        config.option.basetemp = str(folder / "t")  # short, because paths of sockets must be


def pytest_runtest_setup(item: pytest.Item) -> None:
    end_in_order()
    item.config.stash[_WATCH].begin()


def pytest_exception_interact(node: pytest.Item | pytest.Collector) -> None:
    """A failure stops the watch, because somebody may look at it in a debugger."""
    node.config.stash[_WATCH].rest()


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_WATCH].close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers a core for `-n auto`: while one waits for a server, the other computes."""
    return 2 * (os.cpu_count() or 1)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Collect garbage from here on, among the tests' own objects and less often than usual, since
    that took a twentieth of the tests' time; and work in an empty folder.
    Commands look for the owner's key in `.onrecord` of the working folder, and the checkout's may
    have the key of `make run`."""
    gc.freeze()
    gc.set_threshold(20_000)
    gc.enable()
    try:
        with tempfile.TemporaryDirectory(prefix="onrecord-tests-") as folder, chdir(folder):
            return (yield)
    finally:
        session.config.stash[_WATCH].rest()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared files; if it is missing, the test is skipped with that reason."""
    if not SHARED.is_dir():
        pytest.skip(f"the shared files are not at {SHARED}")
    return SHARED


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Check that no test leaves a file in the working folder, or changes the working folder."""
    here = Path.cwd()
    yield
    if not here.exists():
        return  # the run was interrupted, and is over
    assert Path.cwd() == here
    assert [*here.iterdir()] == []


@pytest.fixture(autouse=True)
def one_thread_a_connection() -> Iterator[None]:
    """Check that every SQLite connection in a test's own process is used only by the thread that
    opened it."""
    with strangers() as found:
        yield
    assert found == []


@pytest.fixture(autouse=True)
def logs_put_back() -> Iterator[None]:
    """Restore the log configuration that a command or a test changed in the test's own process.
    Otherwise a logger that was used meanwhile would keep that configuration, and the stream of a
    finished test."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
        root.handlers = handlers
        root.setLevel(level)
        for name, module in list(sys.modules.items()):
            ours = name.partition(".")[0] in ("events", "projections", "service")
            if ours and hasattr(module, "_log"):
                vars(module._log).pop("bind", None)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test has failed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _refuse_skip(report, item.nodeid)
    return report


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI a module that is skipped as a whole has failed."""
    report = yield
    if report.skipped:
        _refuse_skip(report, collector.nodeid)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport, nodeid: str) -> None:
    if not IN_CI or nodeid.startswith(tuple(MAY_SKIP_IN_CI)):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"CI runs every test, but this one was skipped: {reason}"

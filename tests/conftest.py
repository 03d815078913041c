"""What every test stands on: the rule about skips in CI, the shared files, hypothesis' profiles."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

IN_CI = os.environ.get("CI", "") not in {"", "0", "false"}  # noqa: TID251 - CI is told by nothing else

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Test vectors and data that live beside the checkout."""

# A shell gives what it starts in the background an ignored SIGINT, and that is inherited: tests
# interrupt programs, which must be able to hear it.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

MAY_SKIP_IN_CI: dict[str, str] = {}
"""The tests that CI may skip: the beginning of a node's id, and the reason. Keep it short."""

# A slow machine is not a wrong program: no property fails for the time it took.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=False, max_examples=150, print_blob=True)
settings.load_profile("ci" if IN_CI else "dev")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared files; where it is not there, the test is skipped and says so."""
    if not SHARED.is_dir():
        pytest.skip(f"the shared files are not at {SHARED}")
    return SHARED


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that is skipped has failed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _refuse_skip(report, item.nodeid)
    return report


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI a module that is skipped whole has failed."""
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

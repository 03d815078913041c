"""What runs failed tests once more (`scripts/again.py`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "again.py"


def again(folder: Path, *failed: str) -> subprocess.CompletedProcess[str]:
    """The script's end in a folder where these tests failed last."""
    cache = folder / ".pytest_cache" / "v" / "cache"
    cache.mkdir(parents=True)
    (cache / "lastfailed").write_text(json.dumps(dict.fromkeys(failed, True)))
    (folder / "test_it.py").write_text("def test_right(): pass\ndef test_wrong(): assert 0\n")
    command = [sys.executable, str(SCRIPT), "-q"]
    inherited = dict(os.environ)  # noqa: TID251 - a child is given what this process has
    few = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "xdist.plugin"}
    return subprocess.run(
        command, cwd=folder, env=inherited | few, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("failed", "code"),
    [
        (["test_it.py::test_right"], 0),
        (["test_it.py::test_right", "test_it.py::test_wrong"], 1),
        ([], 1),
        ([f"test_it.py::test_{n}" for n in range(6)], 1),
    ],
)
def test_what_fails_again_stays_a_failure(tmp_path: Path, failed: list[str], code: int) -> None:
    """Only few failures that all pass alone are let by, and each of them is listed."""
    ended = again(tmp_path, *failed)
    assert ended.returncode == code
    assert ("lost a race" in ended.stdout) == (code == 0)
    assert code or failed[0] in ended.stdout

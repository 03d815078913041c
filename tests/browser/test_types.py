"""The page's modules hold to the types that their comments give."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def test_the_types_hold() -> None:
    """TypeScript finds no fault in any module; what is vendored is known by its declaration."""
    program = shutil.which("tsc")
    if program is None:
        pytest.skip("no tsc is installed here: on Debian, apt-get install node-typescript")
    config = Path(__file__).parent / "jsconfig.json"
    found = subprocess.run(
        [program, "--project", str(config)], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout) == (0, "")
    listed = subprocess.run(
        [program, "--project", str(config), "--listFilesOnly"],
        capture_output=True,
        text=True,
        check=True,
    )
    checked = {Path(line).name for line in listed.stdout.splitlines()}
    page = Path(__file__).parents[2] / "service" / "page"
    assert {path.name for path in page.rglob("*.js")} - checked == {"d3.js"}

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
    told = subprocess.run(
        [program, "--project", str(config), "--listFiles"],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = told.stdout.splitlines()
    checked = [line for line in lines if Path(line).is_file()]
    assert (told.returncode, [line for line in lines if line not in checked]) == (0, [])
    page = Path(__file__).parents[2] / "service" / "page"
    names = {Path(line).name for line in checked}
    assert {path.name for path in page.rglob("*.js")} - names == {"d3.js"}

"""Runs the tests that failed last, one after another, and lists them.

A test that fails among four workers and passes alone has lost a race, most likely its own. It is
printed as such, to be fixed, but does not fail the whole run. More than a few failures are no
accident: then nothing is run again, and the run has failed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FEW = 5
"""The most failures that may be races."""

REMEMBERED = Path(".pytest_cache/v/cache/lastfailed")
"""The file in which pytest lists the last failures."""


def main() -> int:
    """Returns pytest's exit code, or 1 if nothing, or too much, failed."""
    failed = sorted(json.loads(REMEMBERED.read_text())) if REMEMBERED.is_file() else []
    if not 0 < len(failed) <= FEW:
        print(f"{len(failed)} tests failed; up to {FEW} are run again.")
        return 1
    print("== once more, alone:", *failed, sep="\n  ")
    command = [sys.executable, "-m", "pytest", "-n", "0", *sys.argv[1:], *failed]
    code = subprocess.run(command, check=False).returncode
    if code == 0:
        print("== these lost a race, and want mending:", *failed, sep="\n  ")
    return code


if __name__ == "__main__":
    sys.exit(main())

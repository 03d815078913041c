"""Runs the tests that failed last, one after another, and lists them.

A test that fails among four workers and passes alone has lost a race, most likely its own. It is
printed as such, to be mended; it does not hold up what has nothing to do with it. More than a few
are no accident: nothing is run again then, and the answer stays no.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FEW = 5
"""As many failures are taken for races."""

REMEMBERED = Path(".pytest_cache/v/cache/lastfailed")
"""Where pytest keeps what failed last."""


def main() -> int:
    """Answers with pytest's exit code, and 1 where nothing, or too much, failed."""
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

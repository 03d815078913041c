"""Every benchmark, one after another: `python -m benchmarks`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NOT_ONE = {"__main__", "bare_handler", "connection", "family", "fan_out", "load"}


def main() -> None:
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem not in NOT_ONE:
            subprocess.run([sys.executable, "-m", f"benchmarks.{path.stem}"], check=True)


if __name__ == "__main__":
    main()

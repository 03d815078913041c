"""Runs every benchmark, one after another: `python -m benchmarks`. `--list` prints their names;
names of benchmarks or rooms select some: `python -m benchmarks reading writing.bulk`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path


def found() -> list[str]:
    """The names of all benchmarks: the programs in the rooms, without the harness."""
    folder = Path(__file__).parent
    return [
        f"{path.parent.name}.{path.stem}"
        for path in sorted(folder.glob("*/*.py"))
        if path.parent.name != "harness" and 'if __name__ == "__main__":' in path.read_text()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    chosen = [
        name
        for name in found()
        if not options.names or {name, name.partition(".")[0]} & {*options.names}
    ]
    for name in chosen:
        if options.list:
            print(name)
        else:
            subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()

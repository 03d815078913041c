"""The arguments of a benchmark."""

from __future__ import annotations

import argparse

__all__ = ["parsed"]


def parsed(description: str | None, **defaults: float | str) -> argparse.Namespace:
    """The numbers and texts of the command line, each an option with its default: `workers=2` is
    `--workers 2`. Integers stay integers."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in defaults.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    return parser.parse_args()

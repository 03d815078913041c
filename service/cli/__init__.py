"""The command line: `onrecord` and its commands, each in a module of its name."""

from __future__ import annotations

from service.cli.program import main

__all__ = ["main"]

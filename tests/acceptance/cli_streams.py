"""What is known of every command, and the device that is always full."""

from __future__ import annotations

from pathlib import Path

import pytest

COMMANDS = (
    "seed", "append", "query", "tail", "replay", "verify", "bundle", "rebuild", "rotate", "backup",
    "restore", "doctor", "diff", "export", "import", "keys", "grants", "why", "sign-in",
)  # fmt: skip
"""Those that end by themselves; `serve` has tests of its own below."""

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has /dev/full")

"""Runs `onrecord verify` in this process."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from service.cli import main


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command; its exit code, and its answer (or what it said on stderr)."""

    def run(*arguments: object) -> tuple[int, Any]:
        code = main(["verify", *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, msgspec.json.decode(out) if out else err

    return run

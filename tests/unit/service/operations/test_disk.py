"""Whether a disk is full."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.operations import disk
from service.operations.disk import full_disk


def test_a_disk_is_full_where_fewer_bytes_are_free_than_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk of the tests has room for a mebibyte; none has room for 4 EiB."""
    assert full_disk(tmp_path) is None
    monkeypatch.setattr(disk, "_LEAST", 1 << 62)
    problem = full_disk(tmp_path)
    assert problem is not None
    assert problem.startswith(f"The disk of {tmp_path} is full (")


def test_a_folder_that_is_gone_is_reported(tmp_path: Path) -> None:
    """Where the folder is not there any more, its disk cannot be asked."""
    assert "No such file or directory" in str(full_disk(tmp_path / "gone"))

"""Archives that are larger than they look."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from service.interchange.tables.archive import check_archive
from service.interchange.tables.limits import TableRefused


def test_members_count_together(tmp_path: Path) -> None:
    """Two that may each be in an archive of this size are too much together."""
    path, half = tmp_path / "a.xlsx", bytes(600_000)
    for names in (("a",), ("a", "b")):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, half)
        if len(names) == 1:
            check_archive(path)
    with pytest.raises(TableRefused, match="more than 100 times"):
        check_archive(path)


def test_a_member_that_is_there_many_times_counts_each_time(tmp_path: Path) -> None:
    """Also one that is stored as it is, to which the list of members points again and again."""
    path = tmp_path / "a.xlsx"
    for many in (50, 150):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a", bytes(100_000))
            archive.filelist *= many
        if many == 50:
            check_archive(path)
    with pytest.raises(TableRefused, match="more than 100 times"):
        check_archive(path)

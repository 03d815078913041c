"""The cores that this process may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from service.settings.cores import usable_cores


@pytest.mark.parametrize(
    ("group", "outer", "cores"),
    [
        ("max 100000", "max 100000", 64),
        ("200000 100000", "max 100000", 2),
        ("150000 100000", "max 100000", 2),
        ("20000 100000", "max 100000", 1),
        ("800000 100000", "300000 100000", 3),
        ("nonsense", "max 100000", 64),
    ],
)
def test_the_least_of_affinity_and_quotas_counts(
    group: str, outer: str, cores: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The quota of a control group around this one counts too; part of a core is one; a file that
    cannot be read limits nothing."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    tree = tmp_path / "tree"
    (tree / "pod" / "one").mkdir(parents=True)
    (tree / "pod" / "cpu.max").write_text(outer)
    (tree / "pod" / "one" / "cpu.max").write_text(group)
    groups = tmp_path / "cgroup"
    groups.write_text("0::/pod/one\n")
    assert usable_cores(groups, tree) == cores


def test_a_system_without_control_groups_has_its_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are no control groups, the affinity alone counts."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {1, 5}, raising=False)
    assert usable_cores(tmp_path / "none", tmp_path) == 2

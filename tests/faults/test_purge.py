"""The read model's file is purged, and the process is killed at a step of it: no row is lost, and
the purge done again leaves nothing of what was dropped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from projections.fold.fold import Fold
from projections.storage.store import Store
from tests.histories import CODEC, IDENTITY, History, tables
from tests.leftovers import in_files
from tests.steps import purge_until
from tests.warm import exit_code_of

SECRETS = ("Zyxwvut", "Qponmlk")

MOMENTS = [("before", 1), ("before", 2), *[("within", n) for n in (1, 7, 40)], ("behind", 1)]


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    store = Store.open(folder, IDENTITY)
    try:
        yield store
    finally:
        store.close()


def dropped(folder: Path) -> None:
    """A read model of two timelines, of which one was dropped as for a redaction."""
    history = History("other")
    history.open("Other")
    for n in range(40):
        history.record(f"o{n}", text="This stays.")
    history.timeline = "kursk"
    history.open()
    for n in range(40):
        history.record(f"s{n}", SECRETS[0], text=f"{SECRETS[1]} was there, {n}.")
    store = history.store(folder)
    with store.transaction():
        Fold(store.writer, CODEC, 1).restart(0, "kursk")
    store.close()


@pytest.mark.parametrize(("moment", "number"), MOMENTS)
def test_a_purge_that_is_killed_can_be_done_again(tmp_path: Path, moment: str, number: int) -> None:
    """Before, within and behind its steps."""
    dropped(tmp_path)
    assert in_files(tmp_path, SECRETS) == {*SECRETS}
    with opened(tmp_path) as store:
        before = tables(store)
    assert exit_code_of(purge_until, tmp_path, moment, number) == -9
    with opened(tmp_path) as store:
        assert tables(store) == before
        store.purge().run()
        assert tables(store) == before
        assert in_files(tmp_path, SECRETS) == set()
    assert in_files(tmp_path, SECRETS) == set()

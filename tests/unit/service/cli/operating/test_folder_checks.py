"""Whether `doctor` finds what is wrong with the files in a data folder, and with the signing."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest

from events.log.contract import Identity
from service.cli.operating import folder_checks
from service.cli.operating.checks import Check, check_data_folder, tried
from service.cli.operating.folder_checks import check_disk, check_folder
from service.cli.operating.signing_check import check_signing
from service.datafolder.signed_state import SignedState
from service.datafolder.signing_key import SIGNING_KEY
from tests.seals import append_of, retracted
from tests.signers import MINUTE, OTHER, SEED, TIME, Faulty, put_key, signing

COUNT = 600
"""Events of the timeline: two full tiles and a part."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Faulty]:
    """A folder whose timeline is signed, and its log."""
    folder, log = tmp_path_factory.mktemp("data"), Faulty()

    async def make() -> None:
        await log.append(append_of(*[retracted(f"e{n}") for n in range(COUNT)]))
        async with signing(folder, log, [TIME]) as scene:
            assert await scene.heads.covered("kursk", COUNT, 20) == COUNT

    asyncio.run(make())
    return folder, log


@pytest.fixture
def folder(made: tuple[Path, Faulty], tmp_path: Path) -> Path:
    """A copy that may be broken."""
    return shutil.copytree(made[0], tmp_path / "data")


def found(folder: Path) -> dict[str, Check]:
    return {check.name: check for check in check_folder(folder, "onrecord.local", bundled=True)}


def written(name: str, content: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(content)


def tile(level: int, number: int, at: int | None) -> Callable[[Path], None]:
    """Another hash in a tile of the ledger; with None, none at all."""

    def change(folder: Path) -> None:
        connection = apsw.Connection(str(folder / "ledger.sqlite3"))
        where = "WHERE level = ? AND tile = ?"
        [(hashes,)] = connection.execute(f"SELECT hashes FROM tiles {where}", (level, number))
        new = b"" if at is None else hashes[:at] + bytes(32) + hashes[at + 32 :]
        connection.execute(f"UPDATE tiles SET hashes = ? {where}", (new, level, number))
        connection.close()

    return change


def contents(folder: Path) -> dict[str, bytes]:
    """What is in its files; a reader of SQLite may leave an empty one, and an index of it."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {name: body for name, body in found.items() if body and not name.endswith("-shm")}


def overwritten(folder: Path) -> None:
    path = folder / "ledger.sqlite3"
    content = path.read_bytes()
    path.write_bytes(content[:20_000] + bytes(8_192) + content[28_192:])


ALARM = json.dumps({"kursk": {"revision": 7, "reason": "is odd"}})
BROKEN: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "alarm": (written("alarms.json", ALARM), "alarms", "revision 7 of kursk is odd"),
    "alarms that cannot be read": (written("alarms.json", "{"), "alarms", "alarms.json"),
    "key of nonsense": (written(SIGNING_KEY, "nonsense"), "signing key", "does not hold a key"),
    "key that others read": (lambda f: (f / SIGNING_KEY).chmod(0o644), "signing key", "mode 0644"),
    "key gone": (lambda f: put_key(f, None), "signing key", "is not there"),
    "another key": (lambda f: put_key(f, OTHER), "signing key", "another key"),
    "retired keys": (written("retired.json", "?"), "signing key", "retired.json"),
    "signed heads": (written("signed.json", "{}"), "signed heads", "signed.json"),
    "signed heads gone": (lambda f: (f / "signed.json").unlink(), "signed heads", "signed.json"),
    "seen heads": (written("seen.json", "?"), "signed heads", "seen.json"),
    "ledger of nonsense": (written("ledger.sqlite3", "?" * 9_000), "ledger", "cannot be read"),
    "ledger with a hole": (overwritten, "ledger", ""),
    "a leaf": (tile(0, 1, 64), "ledger", "do not fit together"),
    "the last leaves": (tile(0, 2, 64), "ledger", "does not lead to the head of 600"),
    "a tile gone": (tile(0, 2, None), "ledger", "do not fit together"),
    "a node": (tile(1, 0, 32), "ledger", "do not fit together"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_everything_in_the_folder_is_looked_at(folder: Path, name: str) -> None:
    """What is broken is found at its check, in words; nothing is changed by the look."""
    assert {check.verdict for check in found(folder).values()} == {"ok"}
    breaks, check, words = BROKEN[name]
    breaks(folder)
    before = contents(folder)
    failed = found(folder)
    assert failed[check].verdict == "failed"
    assert words in failed[check].detail
    assert contents(folder) == before


def test_a_folder_that_signs_nothing_is_well(tmp_path: Path) -> None:
    """A replica's folder has neither key nor heads of its own; where there is none, nothing is."""
    assert {check.verdict for check in found(tmp_path).values()} == {"ok"}
    assert list(check_folder(tmp_path / "none", "onrecord.local", bundled=True)) == []


def test_a_ledger_is_looked_at_whether_it_was_signed_or_not(folder: Path) -> None:
    """Its trees are counted by themselves, not by their heads."""
    assert found(folder)["ledger"].detail == "the trees of 1 timeline"
    for name in ("signed.json", "seen.json", "alarms.json"):
        (folder / name).unlink(missing_ok=True)
    assert found(folder)["ledger"].detail == "the trees of 1 timeline"


def test_another_name_of_the_service_is_found(folder: Path) -> None:
    """What was signed under one name is not signed on under another."""
    [check] = [
        c for c in check_folder(folder, "news.example", bundled=True) if c.name[:7] == "signing"
    ]
    assert check.verdict == "failed"
    assert "ONRECORD_ORIGIN is 'news.example'" in check.detail


def test_a_stranger_is_named(folder: Path) -> None:
    """A file that is not the service's is no fault, but a redaction waits for it to go."""
    (folder / "notes.txt").write_text("Remember.")
    assert found(folder)["files"].detail.startswith("notes.txt")


def test_a_full_disk_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is full to the last byte; of a folder that is not made yet, where it would be."""
    for place in (folder, folder / "not" / "yet"):
        assert check_disk(place).verdict == "ok"
    monkeypatch.setattr(folder_checks, "_LEAST", 1 << 62)
    assert check_disk(folder).verdict == "failed"


async def test_what_keeps_events_from_being_signed_is_found(
    made: tuple[Path, Faulty], folder: Path
) -> None:
    """A clock that was ahead once, events that wait although a service runs, a state or a ledger of
    another log: failed. What waits for a service to be started is reported, and well."""
    log = made[1]

    async def verdict(at: int, is_served: bool) -> tuple[str, str]:
        check = await check_signing(log, folder, lambda: at, is_served=is_served)
        return check.verdict, check.detail

    assert await verdict(TIME, is_served=True) == ("ok", "everything is signed")
    kept = list(log._entries[0])
    await log.append(append_of(retracted("late")))
    try:
        for at in (TIME - MINUTE - 1, TIME - 5 * MINUTE):
            result, words = await verdict(at, is_served=False)
            assert (result, "ahead of this machine's clock" in words) == ("failed", True)
        told = ("ok", "1 event not signed yet")
        assert await verdict(TIME - MINUTE, is_served=True) == told
        assert await verdict(TIME + MINUTE, is_served=True) == told
        assert await verdict(TIME + 9 * MINUTE, is_served=False) == told
        assert (await verdict(TIME + MINUTE + 1, is_served=True))[0] == "failed"
    finally:
        log._entries[0][:] = kept
    (folder / "signed.json").rename(folder / "kept")
    assert (await verdict(TIME, is_served=True))[0] == "failed"
    (folder / "kept").rename(folder / "signed.json")
    put_key(folder, SEED)
    other = Faulty()
    other._identity = Identity("00000000-0000-4000-8000-000000000001", 1)
    await other.append(append_of(retracted("late")))
    for name in ("signed.json", "ledger.sqlite3"):
        check = await check_signing(other, folder, lambda: TIME, is_served=True)
        assert check.verdict == "failed"
        assert name in check.detail
        SignedState.begin(folder, other.identity.id)


def test_files_of_another_user_are_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What may not be read is named, with what to do; all else is looked at."""
    real = os.open

    def refusing(path: str, *rest: Any, **more: Any) -> int:
        if Path(path).name in (SIGNING_KEY, "signed.json"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, *rest, **more)

    monkeypatch.setattr(os, "open", refusing)
    checks = found(folder)
    failed = {name: check.detail for name, check in checks.items() if check.verdict == "failed"}
    assert {*failed} == {"signing key", "signed heads", "ledger"}
    assert all("must belong to the user" in detail for detail in failed.values())


def test_a_folder_in_one_that_may_not_be_read_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own check says so; there is nothing else to look at."""

    def refusing(path: Path, **_: Any) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda *_: False)
        patch.setattr(Path, "stat", refusing)
        assert list(check_folder(tmp_path, "onrecord.local", bundled=True)) == []
        check = tried("data folder", lambda: check_data_folder(tmp_path, None))
    assert check.verdict == "failed"
    assert check.detail.startswith(f"{tmp_path}: Permission denied. The folder and all")

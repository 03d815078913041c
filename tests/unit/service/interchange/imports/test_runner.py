"""Imports in the background whose file is hostile, or whose timeline has a redaction meanwhile."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from service.access.principal import Principal
from service.interchange.imports.serving import runner
from service.interchange.imports.serving.import_folder import ImportFolder, ImportFolders
from service.interchange.imports.serving.import_order import ImportOrder, ImportStatus
from service.interchange.imports.serving.runner import ImportRunner
from service.interchange.imports.target import CommandOutcome
from tests.unit.service.interchange.imports.held_statements import LONG_AGO, HeldStatements

ID = "0190163d-8694-739b-aea5-966c26f8ad91"
MAPPING = {
    "name": "rows",
    "onrecord": {"statement": {"kind": {"value": "claim"}, "text": {"column": "What"}}},
}


class Watched(HeldStatements):
    """A target that calls somebody before it carries something out."""

    def __init__(self, called: Callable[[], None]) -> None:
        super().__init__()
        self._called = called

    async def carry_out(
        self, commands: Sequence[Any], *, dry_run: bool, key: str | None = None
    ) -> list[CommandOutcome]:
        self._called()
        return await super().carry_out(commands, dry_run=dry_run, key=key)


class Waiting(HeldStatements):
    """A target that says when it is reached, and carries nothing out."""

    def __init__(self, reached: asyncio.Event) -> None:
        super().__init__()
        self._reached = reached

    async def carry_out(
        self, commands: Sequence[Any], *, dry_run: bool, key: str | None = None
    ) -> list[CommandOutcome]:
        self._reached.set()
        await asyncio.Event().wait()
        return []


def ordered(folders: ImportFolders, id_: str = ID, timeline: str = "t") -> ImportFolder:
    folder = folders.make(id_)
    folder.file_for("rows.csv").write_text("What\nIt rained.\n\x00\n")
    principal = Principal("key:desk", author="desk")
    order = ImportOrder(timeline=timeline, principal=principal, name="rows.csv", mapping=MAPPING)
    folder.write_order(order)
    return folder


def with_refused(data_dir: Path) -> list[str]:
    """The beginnings of the ids of the imports that have refused rows."""
    return sorted(path.parent.name[:2] for path in data_dir.glob("imports/*/refused.csv"))


async def done(folders: ImportFolders, folder: ImportFolder, target: HeldStatements) -> None:
    ImportRunner(folders, lambda _, __: target, lambda: 0).start(folder)
    own = asyncio.current_task()
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task is not own))


async def test_what_fails_unforeseen_ends_the_import_with_an_incident(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not begun again whenever somebody asks how far it is."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(runner, "_file_of", fail)
    folders = ImportFolders(tmp_path)
    folder = ordered(folders)
    await done(folders, folder, HeldStatements())
    assert folder.is_over
    assert "Report incident" in str(folder.status.problem)


async def test_a_disk_that_is_full_is_reported_and_the_import_begins_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its task does not fail unseen: the service's log says why it does not go on."""
    folders, target = ImportFolders(tmp_path), HeldStatements()
    folder = ordered(folders)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(ImportFolder, "write_status", full)
        await done(folders, folder, target)
    assert [entry["id"] for entry in logs if "No space" in entry["reason"]] == [ID]
    assert not folder.is_over
    await done(folders, folder, target)
    assert (folder.status.state, len(target.held)) == ("done", 1)


@pytest.mark.parametrize(
    ("report", "ended", "state"),
    [(None, 2, "done"), (None, 3, "failed"), ({"new": 1}, 19, "done"), ({"new": 1}, 20, "failed")],
)
async def test_a_file_that_ends_its_process_is_given_up(
    tmp_path: Path, report: dict[str, Any] | None, ended: int, state: str
) -> None:
    """Soon if not one row was recorded, since then it is the file; each process that begins
    counts, and it is said what to do."""
    folders = ImportFolders(tmp_path)
    folder, target = ordered(folders), HeldStatements()
    folder.write_status(ImportStatus(state="running", report=report, attempts=ended))
    await done(folders, folder, target)
    assert folder.status.state == state
    assert len(target.held) == (state == "done")
    assert ("command line" in str(folder.status.problem)) == (state == "failed")


async def test_each_process_that_begins_an_import_is_counted(tmp_path: Path) -> None:
    """Before it reads anything of the file."""
    counted: list[int] = []
    folders = ImportFolders(tmp_path)
    folder = ordered(folders)
    folder.write_status(ImportStatus(state="running", attempts=1))
    await done(folders, folder, Watched(lambda: counted.append(folder.status.attempts)))
    assert counted == [2]


async def test_an_import_whose_process_is_told_to_end_is_left_to_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not fail, is not counted against the file, and the other process has it at once."""
    monkeypatch.setattr(runner, "_PAUSE", 0.0)
    folders, reached = ImportFolders(tmp_path), asyncio.Event()
    folder = ordered(folders)
    counted: list[int] = []
    target = Watched(lambda: counted.append(folder.status.attempts))
    one = ImportRunner(folders, lambda _, __: Waiting(reached), lambda: 0)
    one.start(folder)
    await reached.wait()
    another = ImportRunner(folders, lambda _, __: target, lambda: 0)
    another.take_up()
    await one.end()
    while not folder.is_over:  # noqa: ASYNC110 - a file sets no event
        await asyncio.sleep(0)  # noqa: TID251 - gives it its turn
    assert (folder.status.state, len(target.held), counted) == ("done", 1, [1])


async def test_what_an_earlier_process_recorded_counts_as_it_did_then(tmp_path: Path) -> None:
    """A report has the counts of the import as a whole: what is the same was there before it."""
    for recorded_at, counts in ((LONG_AGO, (0, 1)), ("2024-01-01T00:00:00Z", (1, 0))):
        folders, target = ImportFolders(tmp_path), HeldStatements()
        folder = ordered(folders)
        await done(folders, folder, target)
        [id_] = target.held
        target.recorded_at[id_] = recorded_at
        folder.remove()
        folder = ordered(folders)
        folder.write_status(ImportStatus(state="running", attempts=1, begun=1_000_000))
        await done(folders, folder, target)
        report = folder.status.report
        assert report is not None
        assert (report["new"], report["same"]) == counts
        folder.remove()


async def test_a_redaction_while_a_report_is_written_leaves_its_counts_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever comes between the look for one and the last byte of the file."""
    folders = ImportFolders(tmp_path)
    folder = ordered(folders)
    encode = msgspec.json.encode

    def redacted_meanwhile(value: object) -> bytes:
        encoded = encode(value)
        folders.forget("t")
        return encoded

    monkeypatch.setattr(msgspec.json, "encode", redacted_meanwhile)
    folder.write_status(ImportStatus(state="done", report={"rows": ["It rained."]}))
    assert not folder.path.exists() or "rained" not in (folder.path / "state.json").read_text()


async def test_a_redaction_during_an_import_leaves_its_counts_alone(tmp_path: Path) -> None:
    """The report is written after the redaction, and could show what was redacted."""
    folders = ImportFolders(tmp_path)
    folder = ordered(folders)
    await done(folders, folder, Watched(lambda: folders.forget("t")))
    report = folder.status.report
    assert report is not None
    assert (report["new"], report["refused"], report["rows"], report["reasons"]) == (1, 1, [], [])
    assert "rained" not in (folder.path / "state.json").read_text()
    assert (folder.refused_path.exists(), folder.status.refused_rows) == (False, 0)


async def test_what_was_kept_long_enough_is_removed_when_an_import_ends(tmp_path: Path) -> None:
    """A report of more than a week, and the refused rows of all but the last ten imports of each
    timeline: a service that never starts again would keep them for ever."""
    folders = ImportFolders(tmp_path)
    for n in range(12):
        await done(
            folders, ordered(folders, f"{n:02}{ID[2:]}", "t" if n else "u"), HeldStatements()
        )
    assert with_refused(tmp_path) == ["00", *(f"{n:02}" for n in range(2, 12))]
    second, third = (folders.find("t", f"{n:02}{ID[2:]}") for n in (1, 2))
    assert second is not None
    assert third is not None
    assert (second.status.refused_rows, third.status.refused_rows) == (0, 1)
    os.utime(second.path / "state.json", (0, 0))
    await done(folders, ordered(folders, f"12{ID[2:]}"), HeldStatements())
    assert folders.find("t", second.id) is None
    assert third.status.refused_rows == 0


async def test_the_mapping_of_an_import_is_kept_until_a_redaction(tmp_path: Path) -> None:
    """Of one that recorded; what is redacted while it runs may stand in its mapping, too."""
    folders = ImportFolders(tmp_path)
    await done(folders, ordered(folders), HeldStatements())
    kept = folders.mappings.find("t", "rows")
    assert kept is not None
    assert (kept.mapping, kept.day) == (MAPPING, "1970-01-01")
    assert folders.mappings.find("other", "rows") is None
    folders.forget("other")
    assert folders.mappings.find("t", "rows") == kept
    folders.forget("t")
    assert folders.mappings.find("t", "rows") is None
    await done(folders, ordered(folders), Watched(lambda: folders.forget("t")))
    assert folders.mappings.find("t", "rows") is None


async def test_the_mapping_of_an_import_that_is_proposed_is_not_kept(tmp_path: Path) -> None:
    folders, target = ImportFolders(tmp_path), HeldStatements()
    target.proposals = ["p1"]
    await done(folders, ordered(folders), target)
    assert folders.mappings.find("t", "rows") is None

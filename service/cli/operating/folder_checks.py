"""The checks of `doctor` on the files in the data folder. They change nothing, and say what to
do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from events.errors import LogError, ReadModelError
from projections.ledger.inspection import inspect_ledger
from service.cli.operating.checks import Check, tried
from service.cli.views.words import count_of
from service.datafolder.files import FolderFiles
from service.datafolder.key_continuity import fault_of_key
from service.datafolder.key_rotation import load_retired
from service.datafolder.signed_state import SEEN, SIGNED, SignedState, load_heads
from service.datafolder.signing_key import SIGNING_KEY, load_signing_keys

__all__ = ["check_disk", "check_folder"]

_LEAST: Final = 64 << 20
"""With fewer free bytes the check fails, long before a running service finds its disk full."""


def check_disk(folder: Path) -> Check:
    """Check that the disk has room."""
    place = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free
    detail = f"{free / (1 << 30):,.1f} GiB are free on the disk of {folder}"
    if free < _LEAST:
        return Check("disk", "failed", f"{detail}: make room, else nothing is recorded or signed.")
    return Check("disk", "ok", detail)


def check_folder(folder: Path, origin: str, *, bundled: bool) -> Iterator[Check]:
    """Check each file that the service keeps there; yields nothing if there is no folder yet."""
    if not (os.access(folder, os.F_OK) and folder.is_dir()):
        return
    yield tried("signing key", lambda: _signing_key(folder, origin))
    yield tried("signed heads", lambda: _signed_state(folder))
    yield tried("alarms", lambda: _alarms(folder))
    yield tried("ledger", lambda: _ledger(folder))
    yield tried("files", lambda: _files(folder, bundled=bundled))


def _signing_key(folder: Path, origin: str) -> Check:
    """Check that the signing key is valid, readable only by its owner, and the one that signed
    before, under the same name."""
    name = "signing key"
    path = folder / SIGNING_KEY
    try:
        seeds = load_signing_keys(folder)
        if not seeds and not (folder / SIGNED).exists():
            return Check(name, "ok", "There is no key: another service signs what this one shows.")
        heads = load_heads(folder)[0] if (folder / SIGNED).exists() else {}
        fault = fault_of_key(folder, seeds, heads, origin)
        retired = load_retired(folder)
    except LogError as error:
        return Check(name, "failed", str(error))
    if fault is not None:
        return Check(name, "failed", fault)
    more = f", {count_of(len(retired), 'key')} retired" if retired else ""
    return Check(name, "ok", f"{path}, readable by its owner alone{more}")


def _signed_state(folder: Path) -> Check:
    """Check that the files of signed and seen heads can be read."""
    name = "signed heads"
    signs = any((folder / file).exists() for file in (SIGNED, SIGNING_KEY))
    try:
        SignedState.load(folder, "", SEEN)
        heads = load_heads(folder)[0] if signs else {}
    except LogError as error:
        return Check(name, "failed", str(error))
    if not signs:
        return Check(name, "ok", "Nothing is signed by this folder's service.")
    return Check(name, "ok", f"of {count_of(len(heads), 'timeline')}")


def _alarms(folder: Path) -> Check:
    try:
        alarms = SignedState.load(folder, "", SEEN).alarms.values()
    except LogError as error:
        return Check("alarms", "failed", str(error))
    if not alarms:
        return Check("alarms", "ok", "No alarm of the audit is up.")
    detail = "; ".join(f"revision {a.revision:,} of {a.timeline} {a.reason}" for a in alarms)
    advice = "They stay until you act: docs/operations.md (The audit)."
    return Check("alarms", "failed", f"{count_of(len(alarms), 'alarm')}: {detail}. {advice}")


def _ledger(folder: Path) -> Check:
    """Check that the ledger can be read, is consistent, and leads to the signed heads."""
    try:
        heads = load_heads(folder)[0] if (folder / SIGNED).exists() else {}
        found = inspect_ledger(folder, {name: head.head for name, head in heads.items()})
    except (LogError, ReadModelError) as error:
        return Check("ledger", "failed", str(error))
    if found is None:
        return Check(
            "ledger", "ok", "There is no ledger yet: it is built from the log at the start."
        )
    if found.faults:
        more = f" and {len(found.faults) - 1} more" if len(found.faults) > 1 else ""
        advice = "A damaged ledger is built from the log again at the next start."
        return Check("ledger", "failed", f"{found.faults[0]}{more}. {advice}")
    return Check("ledger", "ok", f"the trees of {count_of(found.timelines, 'timeline')}")


def _files(folder: Path, *, bundled: bool) -> Check:
    """Check for files that the service does not know."""
    strangers = FolderFiles(folder, bundled=bundled).strangers()
    if not strangers:
        return Check("files", "ok", "all are the service's own")
    shown = ", ".join(strangers[:3]) + (" …" if len(strangers) > 3 else "")
    return Check("files", "ok", f"{shown}: not the service's own. A redaction waits until they go.")

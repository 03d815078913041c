"""The shared notes: golang/mod, C2SP, torchwood, and Tessera's signed test log."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.errors import BadKey, BadNote, UnknownSignature
from events.tlog.merkle import Frontier, leaf_hash
from events.tlog.note import VerifierKey, open_note
from events.tlog.tile import ENTRIES, parse_tile_path, read_bundle, tile_path
from tests.rows import each_row

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "vectors" / "notes"


def read(file: str) -> dict[str, Any]:
    path = FOLDER / file
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {"open": []}
    return found


NOTES = read("signed_notes.json")
LOG = read("tessera_testdata_log.json")


def test_all_vectors_are_there(shared: Path) -> None:
    """No note, key or checkpoint was lost."""
    assert (len(NOTES["open"]), len(NOTES["bad_vkeys"])) == (15, 2)
    assert (len(LOG["checkpoints"]), len(LOG["files_b64"])) == (16, 31)


@each_row("case", NOTES["open"])
def test_a_note_is_opened_as_others_open_it(case: dict[str, Any]) -> None:
    """Each note is opened, by the keys named, or refused as a note."""
    known = [VerifierKey.parse(vkey) for vkey in case["vkeys"]]
    try:
        opened = open_note(base64.b64decode(case["note_b64"]), known)
    except (BadNote, UnknownSignature):
        assert case["expect"] == "reject"
    else:
        assert case["expect"] == "ok"
        assert [key.name for key in opened.signed_by] == case["verified_keys"]


def test_malformed_keys_are_refused(shared: Path) -> None:
    """The bad keys, every part of the good one, and it with one byte changed, are no keys."""
    good = NOTES["good_vkey"]
    assert str(VerifierKey.parse(good)) == good
    changed = {good[:at] + chr(ord(good[at]) + 1) + good[at + 1 :] for at in range(len(good))}
    parts = {good[a:b] for a in range(len(good)) for b in range(a, len(good) + 1)} - {good}
    for bad in [*NOTES["bad_vkeys"], *changed, *parts]:
        with pytest.raises(BadKey):
            VerifierKey.parse(bad)


def test_the_checkpoints_of_another_log_hold(shared: Path) -> None:
    """The bundles and tiles of Tessera's log give the root of each checkpoint that it signed."""
    key = VerifierKey.parse(LOG["vkey"])
    files = {path: base64.b64decode(each) for path, each in LOG["files_b64"].items()}
    for size, note in LOG["checkpoints"].items():
        opened = open_note(note.encode(), [key])
        checkpoint = SignedCheckpoint.parse(opened.text)
        assert checkpoint.text() == opened.text
        assert (checkpoint.origin, checkpoint.size) == (LOG["origin"], int(size))
        tree = Frontier()
        bundle = files[f"tile/entries/000.p/{size}"] if int(size) else b""
        for leaf in read_bundle(bundle):
            tree.append(leaf_hash(leaf))
        assert tree.root() == checkpoint.root
        tile = files[f"tile/0/000.p/{size}"] if int(size) else b""
        assert len(tile) == 32 * int(size)


def test_the_paths_of_another_log_are_read_and_written(shared: Path) -> None:
    """Each path of Tessera's log names a tile whose path it is."""
    paths = [path.removeprefix("tile/") for path in LOG["files_b64"] if path.startswith("tile/")]
    for path in paths:
        tile = parse_tile_path(path)
        assert tile is not None
        assert tile.level in {0, ENTRIES}
        assert tile_path(tile) == path

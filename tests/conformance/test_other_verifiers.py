"""Verifiers of others come to what ours comes to, with nothing of ours."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.audits import OTHER, SIGNER, bundle_files, kursk, lines_of, note_of, redact

VERIFIER = Path(__file__).resolve().parents[2] / "docs" / "verify.mjs"


@pytest.fixture(scope="module")
def node() -> str:
    """Node.js; where it is not there, the test is skipped and says so."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed")
    return found


def audit(node: str, folder: Path, lines: list[bytes], note: bytes) -> tuple[int, str]:
    """What docs/verify.mjs says of a bundle that holds these."""
    for name, body in bundle_files(lines, note):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(body)
    done = subprocess.run(
        [node, str(VERIFIER), str(folder / "kursk"), str(SIGNER.verifier)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert not done.stderr
    return done.returncode, done.stdout


def test_the_independent_verifier_verifies_what_was_signed(node: str, tmp_path: Path) -> None:
    """Of every size up to twenty, redacted text and letters of all scripts included."""
    history = kursk(12)
    history.record("far", text='Курск ,"salt":"00" \u2028 \\ 北 ,"redacted":7}')
    for size in (1, 2, 3, 4, 13):
        part = lines_of(history)[:size]
        code, said = audit(node, tmp_path, part, note_of(part))
        assert (code, said.split()[0]) == (0, "verified:"), said
    redact(history, "s5")
    lines = lines_of(history)
    code, said = audit(node, tmp_path, lines, note_of(lines))
    assert (code, said.split()[:2]) == (0, ["verified:", "14"])


def test_the_independent_verifier_names_the_first_bad_revision(node: str, tmp_path: Path) -> None:
    """Altered, removed, swapped, lost, unduly redacted, cut off; a header only by the root; a note
    that another key signed is not tampering, but proves nothing."""
    history = kursk(12)
    redact(history, "s5")
    lines = lines_of(history)
    note = note_of(lines)
    head = lines[6].partition(b',"salt"')[0]
    for touched, revision in (
        ([*lines[:6], lines[6].replace(b"s7 by", b"s7 bY"), *lines[7:]], "7"),
        ([*lines[:6], *lines[7:]], "7"),
        ([*lines[:6], lines[7], lines[6], *lines[8:]], "7"),
        ([*lines[:6], head + b',"missing":true}', *lines[7:]], "7"),
        ([*lines[:6], head + b',"redacted":13}', *lines[7:]], "7"),
        ([*lines[:6], head + b',"redacted":14}', *lines[7:]], "7"),
        (lines[:6], "7"),
        ([*lines[:6], lines[6].replace(b'"desk"', b'"disk"'), *lines[7:]], "1"),
    ):
        code, said = audit(node, tmp_path, touched, note)
        assert (code, said.split()[:3]) == (1, ["tampered:", "revision", revision]), said
    assert audit(node, tmp_path, lines, note.replace(b"\n13\n", b"\n12\n"))[0] == 1
    assert audit(node, tmp_path, lines, note_of(lines, OTHER))[0] == 4
    assert audit(node, tmp_path, [], note_of([]))[0] == 4

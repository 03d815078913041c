"""`onrecord verify` on bundles: what it ends with, what it says, what hostile files do to it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.note import sign_note
from service.cli.output import Output
from service.cli.views.audit_view import audit_lines
from service.verifier.bundle import writing_bundle
from service.verifier.report import tampered, unproven
from tests.audits import (
    OTHER,
    SIGNER,
    bundle_files,
    kursk,
    lines_of,
    note_of,
    redact,
    write_bundle,
)
from tests.unit.service.cli.auditing.verifying import LINES, NOTE, VKEY


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_bundle(tmp_path / "kursk.tar.gz", bundle_files(LINES, NOTE))


def test_a_true_bundle_is_verified(verify: Any, bundle: Path, tmp_path: Path) -> None:
    """By the key itself or a file of keys, it says what is proved and what is not."""
    pins = tmp_path / "kursk.vkey"
    pins.write_text(f"# the operator's\n{VKEY}\n")
    for given_ in (VKEY, pins):
        code, answer = verify(bundle, "--vkey", given_)
        assert (code, answer["outcome"]) == (0, "verified")
        (report,) = answer["timelines"]
        assert (report["timeline"], report["size"], report["beyond"]) == ("kursk", 20, 0)
        assert report["proved"]
        assert any("left out" in line for line in report["not_proved"])
        assert any("--since" in line for line in report["not_proved"])


def test_a_saved_checkpoint_is_gone_on_from(verify: Any, bundle: Path, tmp_path: Path) -> None:
    """One that fits is said to be proved, one of another history is tampering, one that is not
    signed by the key or later than the bundle proves nothing, and an empty one counts as none."""
    saved = tmp_path / "saved"
    saved.write_bytes(note_of(LINES[:7]))
    code, answer = verify(bundle, "--vkey", VKEY, "--since", saved)
    assert code == 0
    assert answer["timelines"][0]["saved"] == 7
    assert not any("--since" in line for line in answer["timelines"][0]["not_proved"])
    other = kursk(6)
    other.record("else")
    saved.write_bytes(note_of(lines_of(other)))
    code, answer = verify(bundle, "--vkey", VKEY, "--since", saved)
    assert code == 1
    assert "two different histories" in answer["timelines"][0]["reason"]
    late = tmp_path / "late"
    late.write_bytes(note_of(lines_of(kursk(21))))
    assert verify(bundle, "--vkey", VKEY, "--since", late)[0] == 4
    assert verify(bundle, "--vkey", VKEY, "--since", late, "--since", saved)[0] == 1
    saved.write_bytes(note_of(LINES[:7], OTHER))
    assert verify(bundle, "--vkey", VKEY, "--since", saved)[0] == 4
    saved.write_bytes(note_of([]))
    code, answer = verify(bundle, "--vkey", VKEY, "--since", saved)
    assert (code, answer["timelines"][0]["saved"]) == (0, None)


def test_nothing_is_proved_without_a_key_of_ones_own(verify: Any, bundle: Path) -> None:
    """No key, or another of the same name: 4, with the key that was seen and how to pin it."""
    for pins in ((), ("--vkey", str(OTHER.verifier))):
        code, answer = verify(bundle, *pins)
        assert (code, answer["outcome"]) == (4, "unproven")
        assert f"--vkey {VKEY}" in answer["timelines"][0]["advice"]


@pytest.mark.parametrize(
    "vkey",
    [
        "nonsense",
        "onrecord.local/timelines/kursk+00000000+AQ==",
        # The neutral point: under it everything would be signed.
        "onrecord.local/timelines/kursk+5a3d1c0b+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ],
)
def test_keys_that_prove_nothing_are_refused(verify: Any, bundle: Path, vkey: str) -> None:
    """Malformed and low-order keys are wrong use, in words."""
    code, said = verify(bundle, "--vkey", vkey)
    assert code == 2
    assert "key" in said


def test_what_is_touched_in_a_bundle_is_named(verify: Any, tmp_path: Path) -> None:
    """An altered text, a removed event and a rebuilt end: 1, with the first bad revision."""
    altered = LINES[6].replace(b"s7 by", b"s7 bY")
    for lines, revision in (
        ([*LINES[:6], altered, *LINES[7:]], 7),
        ([*LINES[:6], *LINES[7:]], 7),
        (LINES[:11], 12),
        ([], 1),
    ):
        path = write_bundle(tmp_path / "touched.tar.gz", bundle_files(lines, NOTE))
        code, answer = verify(path, "--vkey", VKEY)
        assert (code, answer["outcome"]) == (1, "tampered")
        assert answer["timelines"][0]["revision"] == revision


def test_a_note_that_was_touched_is_tampering(verify: Any, tmp_path: Path) -> None:
    """Another size or root under the key's signature, or a true note of another timeline."""
    foreign = sign_note(
        SignedCheckpoint("onrecord.local/timelines/other", 20, bytes(32)).text(), [SIGNER]
    )
    for note in (NOTE.replace(b"\n20\n", b"\n19\n"), foreign.encode()):
        path = write_bundle(tmp_path / "note.tar.gz", bundle_files(LINES, note))
        assert verify(path, "--vkey", VKEY)[0] == 1


def test_what_is_not_signed_is_never_verified(verify: Any, tmp_path: Path) -> None:
    """No note, no text of one, an empty tree, a timeline that is not there: 4. What comes behind
    the signed events is reported."""
    files = bundle_files(LINES, NOTE)
    missing = [file for file in files if not file[0].endswith("checkpoint")]
    for chosen in (
        missing,
        bundle_files(LINES, b""),
        bundle_files(LINES, b"nothing"),
        bundle_files([], note_of([])),
    ):
        path = write_bundle(tmp_path / "unsigned.tar.gz", chosen)
        assert verify(path, "--vkey", VKEY)[0] == 4
    path = write_bundle(tmp_path / "whole.tar.gz", files)
    assert verify(path, "--vkey", VKEY, "--timeline", "other")[0] == 4
    path = write_bundle(tmp_path / "more.tar.gz", bundle_files(LINES, note_of(LINES[:15])))
    code, answer = verify(path, "--vkey", VKEY)
    assert (code, answer["timelines"][0]["beyond"]) == (0, 5)
    assert any("5 events" in line for line in answer["timelines"][0]["not_proved"])


def test_redacted_text_is_explained_in_a_bundle(verify: Any, tmp_path: Path) -> None:
    """A timeline with a redaction is verified, and how much is gone is reported."""
    history = kursk(9)
    redact(history, "s4")
    lines = lines_of(history)
    path = write_bundle(tmp_path / "redacted.tar.gz", bundle_files(lines, note_of(lines)))
    code, answer = verify(path, "--vkey", VKEY)
    assert (code, answer["timelines"][0]["redacted"]) == (0, 1)


def test_the_same_events_make_the_same_bundle(verify: Any, tmp_path: Path) -> None:
    """Byte for byte; ordinary tools read it; what was there stays where the writing fails."""
    made = [tmp_path / "one.tar.gz", tmp_path / "two.tar.gz"]
    for path in made:
        with writing_bundle(path, "kursk", 20, NOTE, VKEY.encode()) as lines:
            lines.writelines(line + b"\n" for line in LINES)
    assert made[0].read_bytes() == made[1].read_bytes()
    with tarfile.open(made[0]) as read:
        assert read.getnames() == [
            "README",
            "kursk/keys",
            "kursk/checkpoint",
            "kursk/events.ndjson",
        ]
        events = read.extractfile("kursk/events.ndjson")
        assert events is not None
        assert events.read().splitlines() == LINES
    assert verify(made[0], "--vkey", VKEY)[0] == 0
    whole = made[0].read_bytes()
    with (
        pytest.raises(RuntimeError),
        writing_bundle(made[0], "kursk", 20, NOTE, b"") as lines,
    ):
        raise RuntimeError
    assert made[0].read_bytes() == whole
    assert sorted(tmp_path.iterdir()) == made


def test_people_are_shown_what_is_proved() -> None:
    """On a terminal: the outcome, the first bad revision, and keys unbroken, to be copied."""
    said = io.StringIO()
    output = Output(as_json=False, stdout=said, stderr=said)
    for report in (tampered("kursk", "So.", 7), unproven("kursk", "Why.", f"--vkey {VKEY}")):
        output.show(*audit_lines(report))
    assert "first bad revision: 7" in said.getvalue()
    assert f"--vkey {VKEY}\n" in said.getvalue()

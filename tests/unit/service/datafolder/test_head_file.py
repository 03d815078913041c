"""The file of signed heads: what a signing writes, what a crash leaves, and what damage is."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.note import SignerKey, sign_note
from service.datafolder import head_file
from service.datafolder.durable_file import append_durably, write_whole
from service.datafolder.head_file import DamagedHeadFile, HeadFile, SignedHead
from tests.program import LIMIT

MANY = 16_000
_HEAD = 500
"""Bytes that a head takes at most here."""


def head(size: int, root: str = "ab" * 32) -> SignedHead:
    return SignedHead(size, root, "x" * 200, ("y" * 90,))


def noted(timeline: str, size: int) -> SignedHead:
    """A head whose note is a real one."""
    signer = SignerKey(f"onrecord.local/timelines/{timeline}", bytes(32))
    root = bytes([size]) * 32
    note = sign_note(SignedCheckpoint(signer.verifier.name, size, root).text(), [signer])
    return SignedHead(size, root.hex(), note, (str(signer.verifier),))


def loaded(path: Path) -> HeadFile:
    file = HeadFile.load(path)
    assert file is not None
    return file


def made(path: Path, heads: dict[str, SignedHead]) -> HeadFile:
    file = HeadFile(path, "log")
    file.rewrite(heads)
    return loaded(path)


def test_a_signing_writes_its_own_head_only(tmp_path: Path) -> None:
    """Beside 16,000 timelines one more head adds its own bytes to the file that is there."""
    path = tmp_path / "signed.json"
    file = made(path, {f"t{number}": head(1) for number in range(MANY)})
    before = path.stat()
    file.add({"t7": head(2)})
    after = path.stat()
    assert after.st_ino == before.st_ino
    assert after.st_size - before.st_size < _HEAD
    assert loaded(path).heads == file.heads
    assert file.heads["t7"] == head(2)


@pytest.mark.parametrize("timelines", [10, 3_000])
def test_what_signings_write_together_does_not_depend_on_the_timelines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, timelines: int
) -> None:
    """With what is written whole now and then counted in, each signing costs two heads at most,
    and the file stays within twice its heads and a mebibyte."""
    written: list[int] = []
    path = tmp_path / "signed.json"

    def counted_append(path: Path, length: int, content: bytes) -> bool:
        written.append(len(content))
        return append_durably(path, length, content)

    def counted_whole(path: Path, content: bytes) -> None:
        written.append(len(content))
        write_whole(path, content)

    file = made(path, {f"t{number}": head(1) for number in range(timelines)})
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(head_file, "append_durably", counted_append)
    monkeypatch.setattr(head_file, "write_whole", counted_whole)
    count = 12_000
    for number in range(count):
        file.add({f"t{number % timelines}": head(number)})
    assert sum(written) < count * 2 * _HEAD
    assert len(written) - count < 10
    assert path.stat().st_size < 2 * timelines * _HEAD + (1 << 20) + 2 * _HEAD
    assert loaded(path).heads == file.heads


@given(
    st.lists(
        st.dictionaries(st.sampled_from("abc"), st.integers(1, 9), min_size=1),
        min_size=1,
        max_size=4,
    ),
    st.data(),
)
def test_a_crash_leaves_the_heads_before_or_after(
    signings: list[dict[str, int]], data: st.DataObject
) -> None:
    """Wherever the last line is cut off, what was kept before it is there, and can be added to."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "signed.json"
        file = made(path, {})
        for signing in signings[:-1]:
            file.add({name: head(size) for name, size in signing.items()})
        before, length = dict(file.heads), path.stat().st_size
        file.add({name: head(size) for name, size in signings[-1].items()})
        after = dict(file.heads)
        cut = data.draw(st.integers(length, path.stat().st_size))
        whole = cut == path.stat().st_size
        with path.open("r+b") as cut_off:
            cut_off.truncate(cut)
        again = loaded(path)
        assert again.heads == (after if whole else before)
        again.add({"d": head(3)})
        assert loaded(path).heads == {**again.heads, "d": head(3)}


def test_every_changed_bit_is_damage(tmp_path: Path) -> None:
    """No bit of the file can be another one without being noticed, but for the last one's end,
    which a crash may have cut off."""
    path = tmp_path / "signed.json"
    file = made(path, {"a": noted("a", 1), "b": noted("b", 2)})
    file.add({"a": noted("a", 3)})
    content = bytearray(path.read_bytes())
    for at, bit in itertools.product(range(len(content) - 1), range(8)):
        content[at] ^= 1 << bit
        path.write_bytes(content)
        with pytest.raises(DamagedHeadFile):
            HeadFile.load(path)
        content[at] ^= 1 << bit


def without_a_digit(text: str) -> str:
    return text.replace("01" * 32, "01" * 31 + "02")


def without_its_end(text: str) -> str:
    return text[:-20]


def without_a_note(text: str) -> str:
    return text.replace("AQEB", "AQEC")


@pytest.mark.parametrize("damage", [without_a_digit, without_its_end, without_a_note])
def test_a_file_of_an_earlier_release_is_taken_over(
    tmp_path: Path, damage: Callable[[str], str]
) -> None:
    """It has one line without a sum or an end; what is signed next goes behind it. Damaged, it is
    held against its own notes."""
    path = tmp_path / "signed.json"
    heads = {"a": noted("a", 1), "b": noted("b", 2)}
    old = msgspec.json.encode({"log": "log", "timelines": heads}).decode()
    path.write_text(old)
    file = loaded(path)
    assert file.heads == heads
    file.add({"a": noted("a", 3)})
    assert path.read_text().startswith(old + "\n")
    assert loaded(path).heads == {**heads, "a": noted("a", 3)}
    assert damage(old) != old
    path.write_text(damage(old))
    with pytest.raises(DamagedHeadFile):
        HeadFile.load(path)


def test_what_somebody_puts_in_its_place_is_written_over(tmp_path: Path) -> None:
    """A file that is gone, or another one, while a service runs on it is made again from what the
    service knows."""
    path = tmp_path / "signed.json"
    file = made(path, {"a": head(1)})
    path.unlink()
    file.add({"b": head(2)})
    path.write_text("nonsense")
    file.add({"c": head(3)})
    assert loaded(path).heads == {"a": head(1), "b": head(2), "c": head(3)}


_SIGNING = """
import sys
from pathlib import Path
from service.datafolder.head_file import HeadFile, SignedHead
file = HeadFile(Path(sys.argv[1]), "log")
size = 0
while True:
    size += 1
    file.add({"a": SignedHead(size, "ab" * 32, "x" * 50_000, ())})
    print(size, flush=True)
"""


def test_what_was_kept_survives_a_kill(tmp_path: Path) -> None:
    """A process that is killed while it signs has lost no head that it had reported as kept."""
    path = tmp_path / "signed.json"
    command = [sys.executable, "-c", _SIGNING, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(50)]
        process.send_signal(signal.SIGKILL)
        told += process.stdout.readlines()
        process.wait(LIMIT)
    last = int([line for line in told if line.endswith("\n")][-1])
    assert loaded(path).heads["a"].size in (last, last + 1)

"""`onrecord verify` on files that were made to harm it: it ends in words, and takes no memory."""

from __future__ import annotations

import gzip
import tarfile
import tempfile
import tracemalloc
from pathlib import Path
from struct import pack
from typing import Any
from zlib import Z_FULL_FLUSH, compressobj, crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.verifier.archive import BadArchive
from service.verifier.bundle import contents_of
from tests.audits import (
    archive,
    bundle_files,
    write_bundle,
)
from tests.unit.service.cli.auditing.verifying import LINES, NOTE, VKEY


def _hostile(folder: Path) -> dict[str, Path]:
    files = bundle_files(LINES, NOTE)
    members: list[tuple[str, bytes, dict[str, Any]]] = [(n, b, {}) for n, b in files]
    link = {"type": tarfile.SYMTYPE, "linkname": "/etc/hostname"}
    named = {"pax_headers": {"path": "other/events.ndjson"}}
    packed = write_bundle(folder / "whole", files).read_bytes()
    plain = {
        "empty": b"",
        "text": b"nothing",
        "cut": packed[:-40],
        "bytes": gzip.compress(bytes(range(256)) * 8),
        "no end": gzip.compress(gzip.decompress(packed)[:5_000]),
        "turned": packed[:100] + bytes([packed[100] ^ 255]) + packed[101:],
    }
    for name, body in plain.items():
        (folder / name).write_bytes(body)
    made = {
        "upwards": [("../../events.ndjson", b"", {}), *members],
        "absolute": [("/kursk/events.ndjson", b"", {}), *members],
        "link": [*members[:3], ("kursk/events.ndjson", b"", link)],
        "twice": [*members, members[3]],
        "twice, by another name": [*members, ("./kursk/events.ndjson", members[3][1], {})],
        "more": [*members, ("kursk/evil.py", b"", {})],
        "renamed": [*members[:3], ("kursk/events.ndjson", b"", named)],
        "a huge note": [*members[:2], ("kursk/checkpoint", bytes(2 << 20), {}), members[3]],
        "no line end": [*members[:3], ("kursk/events.ndjson", members[3][1][:-1], {})],
    }
    return {name: folder / name for name in plain} | {
        name: archive(folder / name.replace(" ", "-"), each) for name, each in made.items()
    }


def test_hostile_files_end_in_words(verify: Any, tmp_path: Path) -> None:
    """Paths out of the bundle, links, doubles, archives that are none or end too early: never
    verified, never a traceback, and nothing is written anywhere."""
    hostile = _hostile(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    for name, path in hostile.items():
        code, answer = verify(path, "--vkey", VKEY)
        assert code in {1, 4}, (name, answer)
        assert "Traceback" not in str(answer)
        assert len(str(answer)) > 40
    assert sorted(tmp_path.rglob("*")) == before


def _with_zeros(before: bytes, zeros: int, after: bytes) -> bytes:
    """A gzip file that holds so many MiB of zeros between two texts. One MiB is packed once, and
    stands there again and again."""
    piece, packer, of_zeros = bytes(1 << 20), compressobj(1, wbits=-15), compressobj(1, wbits=-15)
    packed = packer.compress(before) + packer.flush(Z_FULL_FLUSH)
    packed += (of_zeros.compress(piece) + of_zeros.flush(Z_FULL_FLUSH)) * zeros
    packed += packer.compress(after) + packer.flush()
    checksum = crc32(before)
    for _ in range(zeros):
        checksum = crc32(piece, checksum)
    size = len(before) + (zeros << 20) + len(after)
    return gzip.compress(b"")[:10] + packed + pack("<II", crc32(after, checksum), size)


@pytest.mark.parametrize("place", ["kursk/events.ndjson", "README", "a.pax"])
def test_a_bomb_takes_no_memory(verify: Any, tmp_path: Path, place: str) -> None:
    """256 MiB of zeros in a few packed bytes, as one line, as the README or as a header that
    extends another: it ends in words, and less than 150 MB were held."""
    files = bundle_files(LINES, NOTE)
    path = tmp_path / "bomb.tar.gz"
    before = b""
    for name, body in files[:3] if place != "README" else files[1:]:
        entry = tarfile.TarInfo(name)
        entry.size = len(body)
        before += entry.tobuf(tarfile.USTAR_FORMAT) + body + bytes(-len(body) % 512)
    entry = tarfile.TarInfo(place)
    entry.size = 256 << 20
    entry.type = tarfile.XHDTYPE if place == "a.pax" else tarfile.REGTYPE
    path.write_bytes(_with_zeros(before + entry.tobuf(tarfile.USTAR_FORMAT), 256, bytes(1024)))
    tracemalloc.start()
    try:
        code, _ = verify(path, "--vkey", VKEY)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert code == (0 if place == "README" else 4)
    assert peak < 150 << 20


@given(raw=st.binary(max_size=2_000), unpacked=st.booleans())
def test_no_bytes_are_a_bundle_by_chance(raw: bytes, unpacked: bool) -> None:
    """Whatever the file holds, it ends in an error of ours."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any"
        path.write_bytes(gzip.compress(raw) if unpacked else raw)
        with pytest.raises(BadArchive):
            contents_of(path)

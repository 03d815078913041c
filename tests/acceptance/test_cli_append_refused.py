"""The file in which `onrecord append` keeps the rows that were refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance import appending
from tests.acceptance.appending import lines_of, row, texts_of
from tests.program import Program

onrecord, name = appending.onrecord, appending.name


def test_refused_rows_are_mended_in_a_file_of_their_own(
    onrecord: Program, name: str, tmp_path: Path
) -> None:
    """`--refused` has each with line and faults; mended there, it is appended as it is. What is
    right is not sent again by that, and stays out of it."""
    file, refused = tmp_path / "rows.jsonl", tmp_path / "refused.jsonl"
    file.write_text(lines_of(row("a"), row("b", occurred="2024-13"), row("c")) + "nonsense\n")
    done = onrecord.run("append", name, str(file), "--refused", str(refused))
    assert done.code == 1
    assert str(refused) in done.err
    kept = [json.loads(line) for line in refused.read_text().splitlines()]
    assert [each.pop("_line") for each in kept] == [2, 4]
    assert [fault["path"] for fault in kept[0].pop("_faults")] == ["/occurred"]
    assert kept[0] == row("b", occurred="2024-13")
    assert kept[1]["_text"] == "nonsense"
    mended = refused.read_text().splitlines()[0].replace("2024-13", "2024-12")
    refused.write_text(mended + "\n")
    assert onrecord.run("append", name, str(refused)).code == 0
    assert texts_of(onrecord, name, 3) == ["a", "c", "b"]
    assert file.read_text().startswith('{"kind"')


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has /dev/full")
def test_refused_rows_that_cannot_be_kept_are_not_said_to_be(
    onrecord: Program, name: str, tmp_path: Path
) -> None:
    """Where the file for them is full it is named, and nobody is sent there for what is missing."""
    refused = tmp_path / "refused.jsonl"
    refused.symlink_to("/dev/full")
    stdin = lines_of(row("a", occurred="2024-13"), row("b"))
    done = onrecord.run("append", name, "--refused", str(refused), stdin=stdin)
    assert done.code == 2
    assert "refused.jsonl cannot be written" in done.err
    assert "No space left on device" in done.err
    assert "correct them there" not in done.err
    assert "its output" not in done.err
    assert refused.is_symlink()


def test_a_run_without_refusals_leaves_an_empty_file(
    onrecord: Program, name: str, tmp_path: Path
) -> None:
    """What an earlier run was refused is not in it any more."""
    refused = tmp_path / "refused.jsonl"
    refused.write_text("of the run before\n")
    stdin = lines_of(row("a"))
    assert onrecord.run("append", name, "--refused", str(refused), stdin=stdin).code == 0
    assert refused.read_bytes() == b""


def test_the_file_that_is_appended_is_not_overwritten(
    onrecord: Program, name: str, tmp_path: Path
) -> None:
    """By its own name, by a link, or as stdin: it is wrong use, and nothing is sent."""
    file, link = tmp_path / "rows.jsonl", tmp_path / "link"
    file.write_text(lines_of(row("a")))
    link.symlink_to(file)
    before = file.read_bytes()
    for given, refused in ((str(file), file), (str(file), link), (str(link), file)):
        done = onrecord.run("append", name, given, "--refused", str(refused))
        assert (done.code, file.read_bytes()) == (2, before)
    done = onrecord.redirected(f"<{file}", "append", name, "--refused", str(file))
    assert (done.code, file.read_bytes()) == (2, before)
    assert texts_of(onrecord, name) == []


def test_a_refused_file_that_cannot_be_written_is_reported_before_anything_is_sent(
    onrecord: Program, name: str, tmp_path: Path
) -> None:
    """A folder that is not there is wrong use, and no row is recorded."""
    stdin = lines_of(row("a"))
    done = onrecord.run("append", name, "--refused", str(tmp_path / "no" / "file"), stdin=stdin)
    assert done.code == 2
    assert texts_of(onrecord, name) == []

"""`onrecord append` against a real service: files as people have them, run again and again."""

from __future__ import annotations

import codecs
import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance import appending
from tests.acceptance.appending import lines_of, refused_in, row, texts_of
from tests.program import Program

onrecord, name = appending.onrecord, appending.name


def test_what_comes_behind_a_refused_row_is_recorded(
    onrecord: Program, name: str, tmp_path: Path
) -> None:
    """Of 1,200 rows those with faults are reported by file, line and every fault, and all the
    others are recorded, in their order."""
    rows = [row(f"row {n}") for n in range(1, 1_201)]
    wrong: dict[int, dict[str, Any]] = {
        2: {"occurred": "2024-13"},
        700: {"occurred": "2024/25", "kind": "rumour"},
        701: {"text": "", "tags": ["x" * 500], "said": {"by": "", "on": "when?"}},
        1_200: {"colour": "red"},
    }
    for line, fields in wrong.items():
        rows[line - 1] |= fields
    file = tmp_path / "rows.jsonl"
    file.write_text(lines_of(*rows))
    done = onrecord.run("append", name, str(file))
    assert done.code == 1
    assert refused_in(done) == {
        2: ["/occurred"],
        700: ["/kind", "/occurred"],
        701: ["/said/by", "/said/on", "/tags/0", "/text"],
        1_200: ["/colour"],
    }
    assert str(file) in done.err
    assert "line 701 /said/on" in done.err
    right = [n for n in range(1, 1_201) if n not in wrong]
    assert [item["line"] for item in done.answer["items"]] == right
    assert texts_of(onrecord, name, len(right)) == [f"row {n}" for n in right]


def test_hundreds_of_wrong_rows_are_all_reported(onrecord: Program, name: str) -> None:
    """However many there are in one request, each has every fault of its own."""
    rows = [row(f"row {n}", occurred="2024-13", kind="rumour") for n in range(400)]
    rows[250:250] = [row("right")]
    done = onrecord.run("append", name, stdin=lines_of(*rows))
    assert refused_in(done) == {n: ["/kind", "/occurred"] for n in range(1, 402) if n != 251}
    assert texts_of(onrecord, name, 1) == ["right"]


def test_a_rerun_adds_nothing_twice(onrecord: Program, name: str, tmp_path: Path) -> None:
    """Rows without ids, equal ones among them, are recorded once each, however often the file is
    appended, and a longer file adds what is new."""
    rows = [row(f"row {n % 400}") for n in range(1_100)]
    file = tmp_path / "rows.jsonl"
    file.write_text(lines_of(*rows))
    first, second = (onrecord.run("append", name, str(file)) for _ in range(2))
    assert [done.code for done in (first, second)] == [0, 0]
    assert {item["duplicate"] for item in second.answer["items"]} == {True}
    assert [item["id"] for item in first.answer["items"]] == [
        item["id"] for item in second.answer["items"]
    ]
    file.write_text(lines_of(row("new"), *rows, row("row 7")))
    third = onrecord.run("append", name, str(file)).answer["items"]
    assert [item["line"] for item in third if not item["duplicate"]] == [1, 1_102]
    assert sorted(texts_of(onrecord, name, len(rows) + 2)) == sorted(
        [each["text"] for each in rows] + ["new", "row 7"]
    )


@pytest.mark.parametrize("batch", [1, 3])
def test_a_run_that_was_killed_is_finished_by_the_next(
    batch: int, onrecord: Program, name: str, tmp_path: Path
) -> None:
    """Killed when so many of its batches were recorded, with the next one perhaps on its way: the
    same command again adds the rest and nothing twice."""
    rows = [row(f"row {n % 700}") for n in range(2_000)]
    file = tmp_path / "rows.jsonl"
    file.write_text(lines_of(*rows))
    following = onrecord.start("tail", name, "--after", "2")
    assert following.stdout is not None
    killed = onrecord.start("append", name, str(file))
    for _ in range(500 * batch):
        following.stdout.readline()
    killed.kill()
    killed.communicate(timeout=60)
    following.send_signal(signal.SIGINT)
    following.communicate(timeout=60)
    assert onrecord.run("append", name, str(file)).code == 0
    assert texts_of(onrecord, name, len(rows)) == [each["text"] for each in rows]


def test_ids_that_are_taken_are_refused_alone(onrecord: Program, name: str) -> None:
    """Of rows whose ids are taken by other content each is reported; one that comes twice in a file
    is recorded once, and what differs under the same id is refused, the first one not."""
    taken = [row("taken", id=f"taken-{n}") for n in range(3)]
    assert onrecord.run("append", name, stdin=lines_of(*taken)).code == 0
    other = [each | {"text": "other"} for each in taken]
    twice = [row("a", id="twice"), row("a", id="twice"), row("b", id="twice")]
    done = onrecord.run("append", name, stdin=lines_of(row("x"), *other, row("y"), *twice))
    assert done.code == 1
    assert refused_in(done) == {2: ["/id"], 3: ["/id"], 4: ["/id"], 8: ["/id"]}
    assert texts_of(onrecord, name, 6) == ["taken"] * 3 + ["x", "y", "a"]


def test_a_latin_1_file_loses_only_what_cannot_be_known(
    onrecord: Program, name: str, tmp_path: Path
) -> None:
    """Lines that are not UTF-8 are refused by line and byte, and say how to convert the file; the
    others are recorded. Converted and appended again, nothing is there twice."""
    file = tmp_path / "latin.jsonl"
    text = lines_of(row("plain"), row("café"), row("also plain"))
    file.write_bytes(text.encode("latin-1"))
    done = onrecord.run("append", name, str(file))
    assert done.code == 1
    assert refused_in(done) == {2: [""]}
    assert "0xE9" in done.err
    assert "iconv" in done.err
    file.write_bytes(text.encode())
    assert onrecord.run("append", name, str(file)).code == 0
    assert texts_of(onrecord, name, 3) == ["plain", "also plain", "café"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_seed_and_append_take_the_same_files(
    encoding: str, onrecord: Program, name: str, tmp_path: Path
) -> None:
    """A byte-order mark is no content, for either of them."""
    assert codecs.lookup(encoding)
    statements, seed = tmp_path / "rows.jsonl", tmp_path / "seed.jsonl"
    statements.write_bytes(lines_of(row("Łódź")).encode(encoding))
    seed.write_bytes(lines_of({"statement": row("Kraków")}).encode(encoding))
    assert onrecord.run("append", name, str(statements)).code == 0
    assert onrecord.run("seed", str(seed), "--timeline", name).code == 0
    assert texts_of(onrecord, name, 2) == ["Łódź", "Kraków"]


def test_a_row_that_is_too_large_is_refused_alone(onrecord: Program, name: str) -> None:
    """A line of 17 MiB is more than the service takes; those beside it are recorded."""
    huge = row("x" * (17 * 1024 * 1024))
    done = onrecord.run("append", name, stdin=lines_of(row("a"), huge, row("b")))
    assert done.code == 1
    assert [*refused_in(done)] == [2]
    assert texts_of(onrecord, name, 2) == ["a", "b"]


def test_an_array_and_an_object_are_reported_by_line_too(onrecord: Program, name: str) -> None:
    """`append` names the line where the statement begins, in whatever form it is written."""
    rows = [row("a"), row("b", occurred="2024-13"), row("c")]
    done = onrecord.run("append", name, stdin=json.dumps(rows, indent=1))
    text = json.dumps(rows, indent=1).split("\n")
    [line] = refused_in(done)
    assert text[line - 1].strip() == "{"
    assert '"b"' in "".join(text[line : line + 4])
    assert texts_of(onrecord, name, 2) == ["a", "c"]

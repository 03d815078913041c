"""What playing a seed sends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from service.cli.seeding.seed_command import keyed
from service.cli.seeding.seeding import Seeding
from service.messages.commands import GradeCommand


class Graded:
    """A client that keeps the grades it is given; what it has already is a duplicate."""

    def __init__(self) -> None:
        self.given: list[tuple[Any, ...]] = []

    async def grade_source(self, *grade: Any, note: str | None, key: str) -> Any:
        is_known = (*grade, note, key) in self.given
        self.given.append((*grade, note, key))
        value = SimpleNamespace(duplicate=is_known, revision=7)
        return SimpleNamespace(value=value, revision=None)

    grade_statement = grade_source


async def test_a_grade_is_sent_whole() -> None:
    """With its note, and with the key by which it is known the second time."""
    client: Any = Graded()
    seeding = Seeding(client, "kursk")
    grades = [
        keyed(1, GradeCommand(source="a", reliability="F", note="undated"), "kursk"),
        keyed(2, GradeCommand(statement="s", credibility=2, note="one source"), "kursk"),
        keyed(3, GradeCommand(statement="s", credibility=2), "kursk"),
    ]
    await seeding.play(grades)
    assert client.given == [
        ("kursk", "a", "F", "undated", grades[0].key),
        ("kursk", "s", 2, "one source", grades[1].key),
        ("kursk", "s", 2, None, grades[2].key),
    ]
    await seeding.play(grades[:1])
    assert (seeding.recorded, seeding.duplicates, seeding.revision) == (3, 1, 7)

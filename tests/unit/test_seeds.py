"""The project's own seeds: every line can be played, and says where its words come from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from events.edtf import dates
from events.event.types import ActorRegistered, TimelineOpened
from events.statement.statement import Statement
from events.statement.wording import TIMELINE, spelling_key
from service.cli.seeding.seed_command import Command
from service.cli.seeding.seed_file import read_seed
from service.messages.commands import AliasCommand, GradeCommand, RelationCommand

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
FILES = sorted(SEEDS.glob("*.jsonl"))


def commands_of(file: Path) -> list[Command]:
    played, faults = read_seed(file.read_bytes().split(b"\n"), file.stem)
    assert not faults
    return [item.command for item in played]


def statements_of(file: Path) -> list[Statement]:
    return [command for command in commands_of(file) if isinstance(command, Statement)]


def test_there_is_a_seed() -> None:
    """What the tests below hold for every file holds for one at least."""
    assert SEEDS / "kursk.jsonl" in FILES


@pytest.fixture(params=FILES, ids=lambda file: file.name)
def seed(request: pytest.FixtureRequest) -> Path:
    file = request.param
    assert isinstance(file, Path)
    return file


def test_every_line_follows_the_rules(seed: Path) -> None:
    """Each line is one command with nothing wrong in it, and the file opens its timeline."""
    assert isinstance(commands_of(seed)[0], TimelineOpened)
    assert TIMELINE.admits(seed.stem)


def test_what_a_line_refers_to_stands_above_it(seed: Path) -> None:
    """A file played from its beginning is never refused for something unknown."""
    actors: set[str] = set()
    statements: set[str | None] = set()
    sources: set[str] = set()
    for command in commands_of(seed):
        match command:
            case ActorRegistered(id=id):
                actors.add(id)
            case AliasCommand(actor=actor):
                assert actor in actors
            case Statement(id=id):
                statements.add(id)
                sources |= {source.id for source in command.sources}
            case RelationCommand(statement=statement, target=target):
                assert {statement, target} <= statements
                assert statement != target
            case GradeCommand(source=source, statement=statement):
                assert source in sources or statement in statements


def test_no_spelling_belongs_to_two_actors(seed: Path) -> None:
    """Ids, names and aliases are each one actor's, compared as the service does."""
    owners: dict[str, str] = {}
    for command in commands_of(seed):
        match command:
            case ActorRegistered(id=id, name=name):
                claimed = {(id, id), (name, id)}
            case AliasCommand(actor=actor, alias=alias):
                claimed = {(alias, actor)}
            case _:
                continue
        for spelling, owner in claimed:
            assert owners.setdefault(spelling_key(spelling), owner) == owner


def test_every_statement_has_an_id_and_its_words(seed: Path) -> None:
    """An id of its own, and a source with the quote that it was taken from."""
    for statement in statements_of(seed):
        assert statement.id is not None
        assert statement.sources, statement.id
        assert all(source.quote and source.locator for source in statement.sources), statement.id


def test_numbers_are_those_of_the_quote(seed: Path) -> None:
    """Every bound of a quantity is a number that stands in the words, in digits or spelled out."""
    spelled = {"3": "three"}
    for statement in statements_of(seed):
        words = " ".join(source.quote or "" for source in statement.sources).replace(",", "")
        for stated in statement.quantities:
            for bound in filter(None, (stated.low, stated.best, stated.high)):
                found = re.search(rf"\b({bound}|{spelled.get(bound, bound)})\b", words)
                assert found, f"{statement.id}: {bound}"


def test_nothing_was_said_after_it_was_carried(seed: Path) -> None:
    """The earliest that something may have been said is not after the latest that its last
    carrier may have published it."""
    for statement in statements_of(seed):
        carried = [link.on for link in statement.said.via if link.on]
        if statement.said.on and carried:
            earliest = dates.parse(statement.said.on).earliest
            latest = dates.parse(carried[-1]).latest
            assert earliest is None or latest is None or earliest <= latest, statement.id

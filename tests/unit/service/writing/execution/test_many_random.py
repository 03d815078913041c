"""Random commands of one call."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from events.errors import Unknown
from tests.many_commands import apart, random_commands, shown, together, written
from tests.searches import examples
from tests.writers import open_writer, said

SEEDS = st.integers(0, 2**32 - 1)


@given(seed=SEEDS, cuts=st.lists(st.integers(1, 25), min_size=2, max_size=5))
@examples(1 / 4)
async def test_a_call_is_the_same_as_its_commands_one_by_one(seed: int, cuts: list[int]) -> None:
    """Whatever commands come in calls of whatever sizes, each has the outcome that it has by
    itself, and the log holds the same events."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        async with open_writer(Path(folder, "1")) as one, open_writer(Path(folder, "2")) as other:
            for count in cuts:
                commands = random_commands(chance, count)
                single = await apart(one, commands)
                try:
                    result = (await together(other, commands)).items
                except Unknown as error:  # of a timeline that none of them opens
                    result = (error,) * count
                assert [*map(shown, result)] == [*map(shown, single)]
            assert await written(other) == await written(one)


@given(seed=SEEDS)
@examples(1 / 5, least=8)
async def test_an_atomic_call_is_all_or_nothing(seed: int) -> None:
    """It returns the outcome of each command by itself; and records all of them, or, where one is
    refused, nothing. A dry run answers the same."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        async with open_writer(Path(folder, "1")) as one, open_writer(Path(folder, "2")) as other:
            for writer in (one, other):
                await writer.open()
                await writer.record(said("a"), said("b"), said("c"))
            for _ in range(4):
                commands = random_commands(chance, chance.randint(1, 4))
                before = await written(other)
                dry = await together(other, commands, is_atomic=True, dry_run=True)
                assert await written(other) == before
                result = await together(other, commands, is_atomic=True)
                assert [*map(shown, dry.items)] == [*map(shown, result.items)]
                single = await apart(one, commands) if not result.refused else []
                if result.refused:
                    assert await written(other) == before
                else:
                    assert [*map(shown, result.items)] == [*map(shown, single)]
            assert await written(other) == await written(one)

"""A ledger of two timelines, the truth of one, and all that can be proved of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from events.errors import Damaged, Lagging
from events.event.envelope import StoredEvent
from events.tlog.merkle import Frontier, TreeHead, leaf_hash
from events.tlog.proof import verify_consistency, verify_inclusion
from events.tlog.tile import FULL, Tile, tiles_of
from projections.ledger.file import LEDGER
from projections.ledger.ledger import Ledger
from projections.ledger.proofs import LedgerProofs
from tests.histories import IDENTITY, History
from tests.unit.projections.ledger.kept_ledger import Held, kept, of

SIZE: Final = 600
"""Events of timeline a: two full tiles and a part of one, and one of level 1."""


@cache
def entries() -> list[StoredEvent]:
    made = History()
    for number in range(SIZE):
        made.timeline = "a"
        made.open()
        if number < 20:
            made.timeline = "b"
            made.open()
    return made.entries


@cache
def leaves() -> list[bytes]:
    """The leaf hashes of timeline a."""
    return [leaf_hash(entry.header) for entry in of("a", entries())]


@cache
def signed(size: int) -> TreeHead:
    tree = Frontier()
    for leaf in leaves()[:size]:
        tree.append(leaf)
    return TreeHead(size, tree.root())


@cache
def whole() -> bytes:
    """A ledger of all the entries, and nothing beside it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        ledger = Ledger.open(folder, IDENTITY)
        asyncio.run(kept(Held(entries()), ledger))
        ledger.close()
        assert [path.name for path in folder.iterdir()] == [LEDGER]
        return (folder / LEDGER).read_bytes()


class Asking:
    """Asks for proofs under a head. What is given is true; `raised` is what came otherwise."""

    def __init__(self, ledger: Ledger, head: TreeHead) -> None:
        self._proofs = LedgerProofs(ledger, "a", head)
        self.raised: list[Exception] = []

    def include(self, revision: int, size: int) -> None:
        with self._raising():
            found = self._proofs.inclusion(revision, size)
            assert (found.leaf, found.root) == (leaves()[revision - 1], signed(size).root)
            verify_inclusion(revision - 1, size, found.leaf, found.hashes, found.root)

    def extend(self, old: int, new: int) -> None:
        with self._raising():
            found = self._proofs.consistency(old, new)
            assert (found.old_root, found.new_root) == (signed(old).root, signed(new).root)
            verify_consistency(old, new, found.old_root, found.new_root, found.hashes)

    def show(self, tile: Tile) -> None:
        with self._raising():
            assert self._proofs.tile(tile) == truth(tile)

    @contextmanager
    def _raising(self) -> Iterator[None]:
        try:
            yield
        except (Damaged, Lagging) as error:
            self.raised.append(error)


def asked(ledger: Ledger, head: TreeHead) -> list[Exception]:
    """What is raised of all that can be proved under the head."""
    asking = Asking(ledger, head)
    for revision in (1, 2, 255, 256, 257, 300, 512, 513, head.size):
        for size in (513, 520, head.size):
            if revision <= size:
                asking.include(revision, size)
                asking.extend(revision, size)
    for tile in tiles_of(head.size):
        asking.show(tile)
    return asking.raised


@cache
def truth(tile: Tile) -> bytes:
    """A tile, out of the leaves."""
    if tile.level == 0:
        first = tile.number * FULL
        return b"".join(leaves()[first : first + tile.width])
    roots = []
    for number in range(tile.width):
        tree = Frontier()
        for leaf in leaves()[number * FULL : (number + 1) * FULL]:
            tree.append(leaf)
        roots.append(tree.root())
    return b"".join(roots)

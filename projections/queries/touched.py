"""Queries about the statements that an event touched, as they were at its revision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from events.statement.statement import AboutActor, Said
from events.statement.wording import spelling_key
from projections.queries.named.spellings import keys_of_actor, owner_of
from projections.storage.reader import Reader
from projections.storage.schema import KINDS

__all__ = ["Touched", "touched_at"]

_SHOWN = """
SELECT v.kind, c.shown FROM statements s
CROSS JOIN statement_versions v ON v.tl = s.tl AND v.st = s.st AND v.since <= ?3 AND v.until =
  (SELECT min(o.until) FROM statement_versions o WHERE o.tl = s.tl AND o.st = s.st AND o.until > ?3)
CROSS JOIN contents c ON c.content = v.content
WHERE s.tl = ?1 AND s.id = ?2
"""


class Touched(NamedTuple):
    """The kinds and tags of the statements, and the keys of all spellings that the actors they name
    had at that revision."""

    kinds: frozenset[str]
    tags: frozenset[str]
    names: frozenset[str]


class _Part(msgspec.Struct, frozen=True):
    """The parts of a statement's JSON that are needed here."""

    said: Said
    about: tuple[AboutActor, ...]
    tags: tuple[str, ...]


_decoder = msgspec.json.Decoder(_Part)


def touched_at(reader: Reader, tl: int, ids: Iterable[str], revision: int) -> Touched:
    """What the statements with these ids contribute, as of `revision`. Unknown ids are ignored."""
    kinds: set[str] = set()
    tags: set[str] = set()
    names: set[str] = set()
    for id_ in ids:
        for kind, shown in reader.all(_SHOWN, (tl, id_, revision)):
            part = _decoder.decode(shown)
            kinds.add(KINDS[kind])
            tags.update(part.tags)
            names.update(map(spelling_key, _spoken(part)))
    for key in [*names]:
        owner = owner_of(reader, tl, key, revision)
        if owner is not None:
            names.update(keys_of_actor(reader, tl, owner, revision))
    return Touched(frozenset(kinds), frozenset(tags), frozenset(names))


def _spoken(part: _Part) -> Iterator[str]:
    """Everyone whom the statement names."""
    said = part.said
    if said.by is not None:
        yield said.by
    yield from said.with_
    yield from (via.actor for via in said.via)
    yield from (about.actor for about in part.about)

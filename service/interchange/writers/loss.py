"""What a format cannot hold: which fields, why, and of how many statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from events.statement.statement import Origin, Source
from projections.answers.statement import ShownStatement
from service.interchange.mappings.composer import made_source_id
from service.interchange.writers.exported import ExportedStatement
from service.messages.exports import LostField

__all__ = [
    "ABOUT",
    "CARRIERS",
    "CREDIBILITY",
    "EXTRA",
    "HISTORY",
    "PLACES",
    "QUANTITIES",
    "RELATIONS",
    "RETRACTION",
    "Loss",
    "LossCount",
    "file_is_origin",
    "is_made_of",
    "is_repeated",
]


class Loss(NamedTuple):
    """A field that a format cannot hold, or not completely. `happens` says whether a statement
    loses something."""

    field: str
    reason: str
    happens: Callable[[ShownStatement], bool]


class LossCount:
    """Counts the statements that lose something."""

    def __init__(self, losses: Iterable[Loss]) -> None:
        self._losses = tuple(losses)
        self._counts = [0] * len(self._losses)
        self._examples: list[str | None] = [None] * len(self._losses)
        self.statements = 0

    def add(self, batch: Sequence[ExportedStatement]) -> None:
        """Count the statements of one batch."""
        self.statements += len(batch)
        for each in batch:
            shown = each.decode()
            for n, loss in enumerate(self._losses):
                if loss.happens(shown):
                    self._counts[n] += 1
                    self._examples[n] = self._examples[n] or shown.id

    def lost(self) -> list[LostField]:
        """The fields that lose something, in the order of the losses."""
        return [
            LostField(field=loss.field, statements=count, reason=loss.reason, example=example)
            for loss, count, example in zip(self._losses, self._counts, self._examples, strict=True)
            if count
        ]


def is_repeated(names: Sequence[str]) -> bool:
    """Whether a name occurs twice; an import records it once."""
    return len({*names}) < len(names)


CARRIERS: Final = Loss("said.via", "Who carried it has no place there.", lambda s: bool(s.said.via))
ABOUT: Final = Loss("about", "Whom it concerns has no place there.", lambda s: bool(s.about))
PLACES: Final = Loss("places", "Places have no place there.", lambda s: bool(s.places))
QUANTITIES: Final = Loss("quantities", "Numbers have no place there.", lambda s: bool(s.quantities))
EXTRA: Final = Loss("extra", "Further columns have no place there.", lambda s: bool(s.extra))
RELATIONS: Final = Loss(
    "relations", "What supports or disputes what has no place there.", lambda s: bool(s.relations)
)
CREDIBILITY: Final = Loss(
    "credibility", "A grade has no place there.", lambda s: s.credibility is not None
)
RETRACTION: Final = Loss(
    "retraction",
    "That it was retracted, and why, has no place there.",
    lambda s: s.retraction is not None,
)
HISTORY: Final = Loss(
    "history",
    "Only the present wording is there, not what stood before a correction.",
    lambda s: s.corrected_at is not None,
)


def file_is_origin(dataset: str) -> Loss:
    """The loss of a format whose import names the file as the origin of a record. Any other origin
    is lost; so is the fact that there was none."""
    return Loss(
        "origin",
        "It has no place there; an import names the file as where the record came from.",
        lambda s: s.origin != Origin(dataset=dataset, id=s.id.removeprefix(f"{dataset}.")),
    )


def is_made_of(source: Source, *names: str) -> bool:
    """Whether an import makes this very source of these of its fields: it has no others, and its id
    is the one that follows from them."""
    given = {n: text for n in Source.__struct_fields__ if (text := getattr(source, n)) is not None}
    return given.keys() <= {"id", *names} and source.id == made_source_id(given)

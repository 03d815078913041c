"""What the read model knows of the things that some commands name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from events.event.envelope import ACTORS, statement_subject, subject_id
from events.event.types import (
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    SourceGraded,
    StatementCorrected,
    StatementRecorded,
    StatementRedacted,
    StatementRelated,
    StatementUnrelated,
)
from events.statement.statement import Statement
from events.statement.wording import spelling_key
from projections import queries
from projections.queries.states import (
    HeldSpelling,
    NamedActor,
    NamedStatement,
    Triple,
    actors_named,
    contents_made,
    is_named_beside,
    redactions_among,
    relations_among,
    spellings_held,
    statements_named,
)
from service.writing.deciding.command import Command, Put
from service.writing.deciding.past import EventPosition, Expected, FoldedTimeline, replaced
from service.writing.rules.actors import spellings_of

__all__ = ["CHANGING", "FoldedRows", "positions_of_own", "relations_of", "rows_of", "sources_of"]

CHANGING = Put | StatementRecorded | StatementCorrected | StatementRedacted
"""The types of events that change which sources a statement names."""
_OF_ACTOR = ActorRegistered | AliasAdded | AliasRemoved


class FoldedRows(NamedTuple):
    """What the read model knows of the things that the commands name. `contents` has the present
    contents of statements that a command may change, by the revisions of the events that made
    them."""

    statements: Mapping[str, NamedStatement]
    contents: Mapping[int, Statement]
    redacted: Mapping[str, int]
    actors: Mapping[str, NamedActor]
    spellings: Sequence[HeldSpelling]


def rows_of(
    timeline: str, commands: Sequence[Command], expected: Expected, folded: FoldedTimeline
) -> FoldedRows:
    """The rows for the commands. Raises LogReplaced if the read model does not know what the log
    knows."""
    ids = [subject_id(each) for each in expected if each.startswith("statements/")]
    touched = [id_ for id_ in ids if expected[statement_subject(id_)]]
    statements = statements_named(*folded, touched) if touched else {}
    changing = {each.id for each in commands if isinstance(each.event, CHANGING)}
    made = [row.made for id_, row in statements.items() if id_ in changing]
    contents = contents_made(*folded, made) if made else {}
    missing = [id_ for id_ in touched if id_ not in statements]
    redacted = redactions_among(*folded, missing) if missing else {}
    if len(redacted) < len(missing):
        raise replaced(timeline)
    wanted = [(each.id, each.event) for each in commands if isinstance(each.event, _OF_ACTOR)]
    if not wanted:
        return FoldedRows(statements, contents, redacted, {}, ())
    if queries.last_revision(*folded, ACTORS) < expected.get(ACTORS, 0):
        raise replaced(timeline)
    keys = dict.fromkeys(spelling_key(id_) for id_, _ in wanted)
    named = dict.fromkeys(
        spelling_key(spelling) for id_, event in wanted for spelling in spellings_of(event, id_)
    )
    held = spellings_held(*folded, [*named])
    return FoldedRows(statements, contents, redacted, actors_named(*folded, [*keys]), held)


def relations_of(commands: Sequence[Command], folded: FoldedTimeline) -> set[Triple]:
    """The present relations among those that the commands name."""
    wanted = [
        (id_, event.relation, event.target)
        for id_, event in commands
        if isinstance(event, StatementRelated | StatementUnrelated)
    ]
    return relations_among(*folded, wanted) if wanted else set()


def sources_of(commands: Sequence[Command], rows: FoldedRows, folded: FoldedTimeline) -> set[str]:
    """The sources to be graded that statements name which no command changes."""
    graded = {each.id for each in commands if isinstance(each.event, SourceGraded)}
    if not graded:
        return set()
    changing = {each.id for each in commands if isinstance(each.event, CHANGING)}
    beside = changing & rows.statements.keys()
    return {source for source in graded if is_named_beside(*folded, source, beside)}


def positions_of_own(
    commands: Sequence[Command], rows: FoldedRows, folded: FoldedTimeline
) -> Mapping[str, Sequence[EventPosition]]:
    """The positions of all events that touch a statement to be redacted. A statement that a command
    of the same call records has none."""
    return {
        id_: queries.positions_of(*folded, subjects=[statement_subject(id_)])
        if id_ in rows.statements
        else ()
        for id_, event in commands
        if isinstance(event, StatementRedacted)
    }

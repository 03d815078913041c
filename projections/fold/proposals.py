"""Proposals: the state of each. Their text is not folded; only the log has it."""

from __future__ import annotations

from typing import Final

from events.event.envelope import Header, subject_id
from events.event.types import (
    ProposalApproved,
    ProposalChange,
    ProposalMade,
    ProposalRefused,
    ProposalWithdrawn,
)
from projections.storage.rows import Rows
from projections.storage.schema import STILL, sql

__all__ = ["change_proposal", "drop_proposal"]

_ADD = """
INSERT INTO proposals (tl, id, until, since, made, state, author) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_HELD = sql("""
SELECT made, state, author FROM proposals WHERE tl = ? AND id = ? AND until = {STILL}
""")
_CLOSE = sql("UPDATE proposals SET until = ? WHERE tl = ? AND id = ? AND until = {STILL}")
_DROP = "DELETE FROM proposals WHERE tl = ? AND id = ?"

_STATES: Final = {
    ProposalApproved: "approved",
    ProposalRefused: "refused",
    ProposalWithdrawn: "withdrawn",
}


def change_proposal(rows: Rows, tl: int, header: Header, event: ProposalChange) -> None:
    """Fold an event about a proposal. Raises LookupError or ValueError if it contradicts earlier
    events."""
    id_, revision = subject_id(header.subject), header.revision
    held = rows.one(_HELD, (tl, id_))
    if isinstance(event, ProposalMade):
        if held is not None:
            raise ValueError(f"a proposal {id_!r} was made before it")
        rows.add(_ADD, (tl, id_, STILL, revision, revision, "proposed", header.author))
        return
    if held is None:
        raise LookupError(f"there is no proposal {id_!r} before it")
    made, state, author = held
    # A published proposal is approved, even if it was withdrawn or refused at the same moment, and
    # its reviewer may add a note to that.
    if state != "proposed" and not isinstance(event, ProposalApproved):
        raise ValueError(f"the proposal {id_!r} was {state} before it")
    rows.change(_CLOSE, (revision, tl, id_))
    rows.add(_ADD, (tl, id_, STILL, revision, made, _STATES[type(event)], author))


def drop_proposal(rows: Rows, tl: int, id: str) -> None:  # noqa: A002 - the field's own name
    """Delete the proposal's rows, because its text was redacted."""
    rows.change(_DROP, (tl, id))

"""The past of keys and grants: whether a name is taken, and whether a key or a grant is valid."""

from __future__ import annotations

from events.errors import LogReplaced
from events.event.envelope import Subject, grant_subject, key_subject
from events.event.types import AccessChange, KeyIssued, KeyRevoked
from projections.queries.access import has_grant, key_named
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader
from service.writing.rules.access import AccessPast

__all__ = ["access_past", "access_subject"]


def access_subject(wanted: AccessChange, id: str) -> Subject:  # noqa: A002 - the field's own name
    """The key named `id`, or the grant of that id."""
    if isinstance(wanted, KeyIssued | KeyRevoked):
        return key_subject(id)
    return grant_subject(id)


def access_past(
    reader: Reader,
    ref: TimelineRef,
    wanted: AccessChange,
    id: str,  # noqa: A002 - the field's own name
) -> AccessPast:
    """The state of the key or the grant, which some event has touched. Raises LogReplaced if
    nothing is known of it."""
    if isinstance(wanted, KeyIssued | KeyRevoked):
        kept = key_named(reader, ref, id, ref.revision)
        over = None if kept is None else kept.key.revoked is not None
    else:
        holds = has_grant(reader, ref, id, ref.revision)
        over = None if holds is None else not holds
    if over is None:
        raise LogReplaced(
            f"The log does not hold the events of {ref.name!r} that were read before."
        )
    return AccessPast(over)

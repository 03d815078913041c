"""The kinds of problems: slug, status, title, and what `GET /problems/<slug>` tells of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

__all__ = ["KINDS", "Kind"]


class Kind(NamedTuple):
    """One kind of problem. `members` are the facts beside those that every problem has;
    `headers` are those that come with it."""

    status: int
    title: str
    explanation: str
    members: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()


def _missing(thing: str) -> Kind:
    article = "an" if thing[0] in "aeiou" else "a"
    return Kind(
        404,
        f"No such {thing}",
        f"The path names {article} {thing} that is not there. `id` is what it named, cut off "
        "after a hundred characters. Check its spelling; "
        "what was recorded a moment ago can be waited for with `min_revision`.",
        ("id",),
    )


KINDS: Final[Mapping[str, Kind]] = {
    "invalid-request": Kind(
        400,
        "The request is not valid",
        "Something in the request is malformed, of the wrong type, unknown, or out of its range "
        "or set. `errors` says what and where: `path` is a JSON Pointer into the body, or "
        "`?name` for a query parameter; `column` counts from 1 inside a date. Nothing was "
        "changed. Correct all of them and send the request again.",
        ("errors",),
    ),
    "unauthenticated": Kind(
        401, "Who is asking is not known", "Send an API key with the right in `needs`.", ("needs",)
    ),
    "forbidden": Kind(
        403, "The key may not do this", "Use an API key that has the right in `needs`.", ("needs",)
    ),
    "not-found": Kind(
        404,
        "No such path",
        "Nothing answers under this path. `/docs` lists the paths there are. None of them ends "
        "with a slash or has an empty part, and a part has no slash within, encoded or not.",
    ),
    "timeline-not-found": _missing("timeline"),
    "statement-not-found": _missing("statement"),
    "event-not-found": _missing("event"),
    "actor-not-found": _missing("actor"),
    "source-not-found": _missing("source"),
    "relation-not-found": _missing("relation"),
    "alias-not-found": _missing("alias"),
    "not-allowed": Kind(
        405,
        "The path does not have this method",
        "The header `Allow` lists the methods that the path has.",
        headers=("Allow",),
    ),
    "statement-exists": Kind(
        409,
        "The statement's id is taken",
        "Other content was recorded under this id. Use another id, or correct the statement "
        "that has it. The same content again would have been a duplicate, not a problem.",
        ("id",),
    ),
    "idempotency-conflict": Kind(
        409,
        "The key was used for something else",
        "An `Idempotency-Key` stands for one request for ever. Repeat exactly that request, or "
        "use a new key.",
        ("id",),
    ),
    "already-retracted": Kind(
        409,
        "It is retracted already",
        "A statement is retracted once. Nothing was changed.",
        ("id",),
    ),
    "relation-exists": Kind(409, "The relation stands already", "Nothing was changed.", ("id",)),
    "spelling-taken": Kind(
        409,
        "The spelling belongs to another actor",
        "In one timeline an id, name or alias belongs to at most one actor, whatever its case. "
        "Use another one, or remove it from the other actor first.",
        ("id",),
    ),
    "statement-redacted": Kind(
        410,
        "The statement was redacted",
        "Its text was removed for good by the event at `revision`. Its id stays taken.",
        ("id", "revision"),
    ),
    "revision-conflict": Kind(
        412,
        "It has changed since it was read",
        "The statement was at `actual`, not at `expected`, when this was decided; `expected` is "
        "null where `If-Match` named no revision of it, as a weak tag (`W/`) never does. Read it "
        "again, decide again, and send its new `ETag` in `If-Match`.",
        ("expected", "actual"),
    ),
    "too-large": Kind(
        413,
        "The request is too large",
        "A body or an array is larger than `limit`. Send it in several parts. The connection is "
        "closed, as what is left of the body is not wanted.",
        ("limit",),
        ("Connection",),
    ),
    "unsupported-media-type": Kind(
        415,
        "The body's type is not understood",
        "Send the body as one of the media types in `supported`.",
        ("supported",),
    ),
    "rejected": Kind(
        422,
        "The rules refuse it",
        "The request is well-formed, but what it asks for is against the rules, or takes too "
        "long to find: `errors` says what and where. Nothing was changed.",
        ("errors",),
    ),
    "too-many-requests": Kind(
        429,
        "Too many requests",
        "The service receives as many bodies as it can hold. Nothing was changed. Wait as many "
        "seconds as the header `Retry-After` says, and send it again on another connection.",
        headers=("Connection", "Retry-After"),
    ),
    "internal": Kind(
        500,
        "Something failed that should not",
        "This is a bug of the service. Its log has everything under the id in `incident`: "
        "report it. Whether a write was recorded can be found out by repeating it with the "
        "same id or `Idempotency-Key`.",
        ("incident",),
    ),
    "projection-lagging": Kind(
        503,
        "The answer is not ready yet",
        "What was asked for includes revision `wanted`, and the read model is at `revision`. "
        "Ask again after the seconds in `Retry-After`. If it stays, `/health/ready` says whether "
        "the timeline is stalled.",
        ("revision", "wanted"),
        ("Retry-After",),
    ),
    "log-unavailable": Kind(
        503,
        "The log cannot be used",
        "The log of events cannot be reached or read right now. Repeat the request after the "
        "seconds in `Retry-After`: a write with the same id or `Idempotency-Key`, so that it is "
        "recorded once at most. `revision` names an event that is not what was recorded, if "
        "that is the cause, and is null otherwise, as `wanted` is.",
        ("revision", "wanted"),
        ("Retry-After",),
    ),
}
"""Every kind by its slug, in the order of their statuses."""

"""The kinds of problems: slug, status, title, and the explanation that `GET /problems/<slug>`
shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

__all__ = ["KINDS", "ProblemKind"]


class ProblemKind(NamedTuple):
    """One kind of problem. `members` are its facts beside those of every problem; `headers` are
    sent with it."""

    status: int
    title: str
    explanation: str
    members: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()


def _missing(thing: str) -> ProblemKind:
    article = "an" if thing[0] in "aeiou" else "a"
    return ProblemKind(
        404,
        f"No such {thing}",
        f"The path names {article} {thing} that is not there. `id` is what it named, cut off "
        "after a hundred characters. Check its spelling; "
        "what was recorded a moment ago can be waited for with `min_revision`.",
        ("id",),
    )


KINDS: Final[Mapping[str, ProblemKind]] = {
    "invalid-request": ProblemKind(
        400,
        "The request is not valid",
        "Something in the request is malformed, of the wrong type, unknown, or out of its range "
        "or set. `errors` says what and where: `path` is a JSON Pointer into the body, or "
        "`?name` for a query parameter; `column` counts from 1 inside a date or a name. Nothing "
        "was changed. Correct all of them and send the request again.",
        ("errors",),
    ),
    "unauthenticated": ProblemKind(
        401,
        "Who is asking is not known",
        "The request has no credentials where some are needed, or it has a key or a session that "
        "is not good: `detail` says why. Send `Authorization: Bearer` and an API key that has the "
        "right in `needs`, or sign in. `needs` is null where any good key would do.",
        ("needs",),
        ("WWW-Authenticate",),
    ),
    "forbidden": ProblemKind(
        403,
        "This may not be done with these credentials",
        "Use an API key that has the right in `needs`, or have somebody grant it.",
        ("needs",),
    ),
    "not-found": ProblemKind(
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
    "key-not-found": _missing("key"),
    "grant-not-found": _missing("grant"),
    "proposal-not-found": _missing("proposal"),
    "not-allowed": ProblemKind(
        405,
        "The path does not have this method",
        "The header `Allow` lists the methods that the path has.",
        headers=("Allow",),
    ),
    "statement-exists": ProblemKind(
        409,
        "The statement's id is taken",
        "Other content was recorded, or is given in the same request, under each of `ids`; `id` is "
        "the first of them. Nothing was recorded. Use another id, or correct the statement that "
        "has it. The same content again would have been a duplicate, not a problem.",
        ("id", "ids"),
    ),
    "idempotency-conflict": ProblemKind(
        409,
        "The key was used for something else",
        "An `Idempotency-Key` belongs to one request for ever. Repeat exactly that request, or "
        "use a new key.",
        ("id",),
    ),
    "already-retracted": ProblemKind(
        409,
        "It is retracted already",
        "A statement is retracted once. Nothing was changed.",
        ("id",),
    ),
    "not-retracted": ProblemKind(
        409,
        "It is not retracted",
        "Only a retraction that holds can be taken back. Nothing was changed.",
        ("id",),
    ),
    "relation-exists": ProblemKind(
        409, "The relation exists already", "Nothing was changed.", ("id",)
    ),
    "spelling-taken": ProblemKind(
        409,
        "The spelling belongs to another actor",
        "In one timeline an id, name or alias belongs to at most one actor, whatever its case. "
        "Use another one, or remove it from the other actor first.",
        ("id",),
    ),
    "key-exists": ProblemKind(
        409,
        "The name was given to a key before",
        "A key's name marks what was written with it, so no other key ever gets it, even after "
        "that key is revoked or has expired. Nothing was changed: use another name.",
        ("id",),
    ),
    "already-revoked": ProblemKind(
        409,
        "The key is revoked already",
        "A key is revoked once. Nothing was changed.",
        ("id",),
    ),
    "proposal-decided": ProblemKind(
        409,
        "The proposal was decided before",
        "A proposal is approved, refused or withdrawn once: read it to see who did that, and when.",
        ("id",),
    ),
    "statement-redacted": ProblemKind(
        410,
        "The statement was redacted",
        "Its text was permanently removed by the event at `revision`. Its id stays taken.",
        ("id", "revision"),
    ),
    "revision-conflict": ProblemKind(
        412,
        "It has changed since it was read",
        "The statement was at `actual`, not at `expected`, when this was decided; `expected` is "
        "null where `If-Match` named no revision of it, as a weak tag (`W/`) never does. Read it "
        "again, decide again, and send its new `ETag` in `If-Match`.",
        ("expected", "actual"),
    ),
    "too-large": ProblemKind(
        413,
        "The request is too large",
        "A body or an array is larger than `limit`. Send it in several parts. The service closes "
        "the connection, because it does not read the rest of the body.",
        ("limit",),
        ("Connection",),
    ),
    "unsupported-media-type": ProblemKind(
        415,
        "The body's type is not understood",
        "Send the body as one of the media types in `supported`.",
        ("supported",),
    ),
    "rejected": ProblemKind(
        422,
        "The rules refuse it",
        "The request is well-formed, but what it asks for is against the rules, or takes too "
        "long to find: `errors` says what and where. Nothing was changed.",
        ("errors",),
    ),
    "too-many-requests": ProblemKind(
        429,
        "Too many requests",
        "Too many requests, live streams or tries with wrong credentials came from this caller, or "
        "the service receives as many bodies, or serves as many streams, as it can hold. Nothing "
        "was changed. Wait as many seconds as the header `Retry-After` says, and send it again. "
        "`RateLimit` says how many requests are left, `RateLimit-Policy` how many there are.",
        headers=("Connection", "Retry-After"),
    ),
    "internal": ProblemKind(
        500,
        "Something failed that should not",
        "This is a bug of the service. Its log has everything under the id in `incident`: "
        "report it. Whether a write was recorded can be found out by repeating it with the "
        "same id or `Idempotency-Key`.",
        ("incident",),
    ),
    "identity-unavailable": ProblemKind(
        503,
        "Nobody can sign in right now",
        "The issuer at which people sign in does not answer, or not as it must. Try again after "
        "the seconds in `Retry-After`; keys and sessions that are open work meanwhile.",
        headers=("Retry-After",),
    ),
    "projection-lagging": ProblemKind(
        503,
        "The answer is not ready yet",
        "The answer needs revision `wanted`, and the read model is at `revision`. "
        "Ask again after the seconds in `Retry-After`. If it stays, `/health/ready` says whether "
        "the timeline is stalled. Both are null if a file that the answer is read from is "
        "damaged: the service builds it from the log again.",
        ("revision", "wanted"),
        ("Retry-After",),
    ),
    "log-unavailable": ProblemKind(
        503,
        "The log cannot be used",
        "The log of events cannot be reached, read or written right now; if its server gives "
        "a reason, `detail` has it. Repeat the request after the seconds in `Retry-After`: a "
        "write with the same id or `Idempotency-Key`, so that it is recorded once at most. "
        "`revision` names an event that is not what was recorded, if that is the cause, and is "
        "null otherwise, as `wanted` is.",
        ("revision", "wanted"),
        ("Retry-After",),
    ),
}
"""Every kind by its slug, in the order of their statuses."""

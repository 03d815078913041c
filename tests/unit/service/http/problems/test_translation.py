"""Errors to problem details."""

from __future__ import annotations

import inspect

import msgspec
import pytest
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException

from events import errors
from events.errors import Fault, OnrecordError
from service.http import requests
from service.http.problems.kinds import KINDS
from service.http.problems.problem import Problem, body_of, internal, status_of
from service.http.problems.translation import allow_of, problem_of
from tests.rows import each_row

ERRORS: list[tuple[Exception, str, int]] = [
    (errors.InvalidInput([Fault("/a", "Wrong.")]), "invalid-request", 400),
    (errors.DateError("No such day.", 9), "invalid-request", 400),
    *((errors.Unknown(kind, "x"), f"{kind}-not-found", 404) for kind in (
        "timeline", "statement", "event", "actor", "source", "relation", "alias", "key", "grant",
    )),
    (errors.Unauthenticated("unknown", "No."), "unauthenticated", 401),
    (errors.IdentityUnavailable("Away."), "identity-unavailable", 503),
    (errors.Forbidden("write", "No."), "forbidden", 403),
    (errors.StatementExists(["x", "y"]), "statement-exists", 409),
    (errors.AlreadyRetracted("Was.", "x"), "already-retracted", 409),
    (errors.NotRetracted("Is not.", "x"), "not-retracted", 409),
    (errors.RelationExists("Is.", "x"), "relation-exists", 409),
    (errors.SpellingTaken("Taken.", "x"), "spelling-taken", 409),
    (errors.KeyExists("Was.", "x"), "key-exists", 409),
    (errors.AlreadyRevoked("Was.", "x"), "already-revoked", 409),
    (errors.ProposalDecided("Was.", "x"), "proposal-decided", 409),
    (errors.IdempotencyConflict("x"), "idempotency-conflict", 409),
    (errors.StatementGone("x", 7), "statement-redacted", 410),
    (errors.RevisionConflict("statements/x", 1, 2), "revision-conflict", 412),
    (requests.TooLarge("Too much.", 16), "too-large", 413),
    (requests.TooManyBodies("Full."), "too-many-requests", 429),
    (requests.TooManyStreams("Many."), "too-many-requests", 429),
    (requests.TooManyRequests("Many.", 7), "too-many-requests", 429),
    (requests.UnsupportedMediaType("Not that.", ["a/b"]), "unsupported-media-type", 415),
    (errors.Rejected([Fault("/target", "Unknown.")]), "rejected", 422),
    (errors.QueryTooLong("Too long."), "rejected", 422),
    (errors.Damaged("Damaged."), "projection-lagging", 503),
    (errors.Lagging(3, 4), "projection-lagging", 503),
    (errors.Stalled("kursk", 4, "it is odd"), "projection-lagging", 503),
    (errors.LogUnavailable("Gone."), "log-unavailable", 503),
    (errors.OutcomeUnknown("Who knows."), "log-unavailable", 503),
    (errors.LogRefused("OOM full"), "log-unavailable", 503),
    (errors.UnfitServer("Evicts."), "log-unavailable", 503),
    (errors.NoSpaceToRemove("no room"), "log-unavailable", 503),
    (errors.LogReplaced("Another one."), "log-unavailable", 503),
    (errors.CorruptEvent(9, "is odd", "kursk", 4), "log-unavailable", 503),
    (NotFoundException(), "not-found", 404),
    (MethodNotAllowedException(headers={"allow": "GET, OPTIONS"}), "not-allowed", 405),
    (HTTPException(status_code=400, detail="no"), "invalid-request", 400),
]  # fmt: skip


@each_row(("error", "slug", "status"), ERRORS)
def test_every_error_has_its_problem(error: Exception, slug: str, status: int) -> None:
    """Each error becomes the slug and status of the interface, in a sentence, with its facts."""
    problem = problem_of(error)
    assert problem is not None
    assert (problem.slug, status_of(problem)) == (slug, status)
    assert problem.detail.endswith(".")
    wanted = set(KINDS[slug].members)
    given = set(problem.members)
    assert given == wanted
    assert set(KINDS[slug].headers) - {"Connection"} <= set(problem.headers)
    assert set(problem.headers) <= set(KINDS[slug].headers)


def test_no_error_of_the_family_is_forgotten() -> None:
    """Every class of the family has a row of its own or of a parent other than the root."""
    family = {
        cls
        for module in (errors, requests)
        for cls in vars(module).values()
        if inspect.isclass(cls) and issubclass(cls, OnrecordError) and not cls.__subclasses__()
    }
    told = {type(error) for error, _, _ in ERRORS} | {requests.Disconnected}
    assert family <= told


def test_what_nobody_foresaw_is_no_known_problem() -> None:
    """An error outside the family is left to become `internal`."""
    assert problem_of(KeyError("x")) is None
    assert problem_of(HTTPException(status_code=418)) is None
    assert internal("abc").members == {"incident": "abc"}


def test_the_body_is_rfc_9457() -> None:
    """The body has type, title, status, detail, instance, and then the facts."""
    problem = Problem("too-large", "Too much.", {"limit": 16})
    assert msgspec.json.decode(body_of(problem, "/v1/timelines/t/statements")) == {
        "type": "/problems/too-large",
        "title": KINDS["too-large"].title,
        "status": 413,
        "detail": "Too much.",
        "instance": "/v1/timelines/t/statements",
        "limit": 16,
    }


def test_a_column_is_reported_only_where_there_is_one() -> None:
    """A fault inside a date has its column; another one does not have the member."""
    faults = [Fault("?from", "No such day.", 9), Fault("?to", "Once only.")]
    problem = problem_of(errors.InvalidInput(faults))
    assert problem is not None
    assert problem.members["errors"] == [
        {"path": "?from", "message": "No such day.", "column": 9},
        {"path": "?to", "message": "Once only."},
    ]


@pytest.mark.parametrize(("wait", "told"), [(1, "after a second."), (7, "after 7 seconds.")])
def test_a_pause_is_told_in_words(wait: int, told: str) -> None:
    """One second is not "1 seconds"."""
    problem = problem_of(requests.TooManyRequests("Many.", wait))
    assert problem is not None
    assert problem.detail.endswith(told)


def test_allow_tells_what_a_path_has() -> None:
    """HEAD goes with GET, and OPTIONS is no method of a path."""
    assert allow_of(["POST", "GET", "OPTIONS"]) == "GET, HEAD, POST"
    assert allow_of(["PUT", "OPTIONS"]) == "PUT"


@pytest.mark.parametrize("kind", [errors.LogUnavailable, errors.OutcomeUnknown])
def test_what_the_driver_says_is_not_reported(kind: type[OnrecordError]) -> None:
    """Files and addresses stay inside; who reads does not learn what became of a write."""
    error = kind("Error 2 connecting to /data/valkey.sock; nothing was written.")
    written, read = problem_of(error), problem_of(error, writing=False)
    assert written is not None
    assert read is not None
    for problem in (written, read):
        assert "valkey.sock" not in problem.detail
        assert problem.detail.lower().count("nothing was written") <= 1
    assert "written" not in read.detail
    assert "Idempotency-Key" not in read.detail


def test_a_long_fault_is_reported_once() -> None:
    """What `errors` has at length is not repeated in `detail`."""
    problem = problem_of(errors.InvalidInput([Fault("/a", "x" * 1_000)]))
    assert problem is not None
    assert len(problem.detail) < 200
    unknown = problem_of(errors.Unknown("statement", "x" * 60_000))
    assert unknown is not None
    assert len(body_of(unknown, "/")) < 1_000


def test_a_stalled_timeline_tells_what_was_wanted() -> None:
    """`revision` is what there is, `wanted` what was asked for."""
    error = errors.Stalled("kursk", 3, "it is odd")
    error.wanted = 5
    problem = problem_of(error)
    assert problem is not None
    assert problem.members == {"revision": 2, "wanted": 5}


def test_explanations_are_grammatical() -> None:
    """An event, an actor, an alias; a statement."""
    assert "names an event" in KINDS["event-not-found"].explanation
    assert "names a statement" in KINDS["statement-not-found"].explanation


@each_row("answer", ["OOM too little", "MISCONF No space left", "LOADING wait"])
def test_why_a_server_refuses_is_reported(answer: str) -> None:
    """The server's own reason stands in the answer, to who writes and to who reads."""
    error = errors.LogRefused(answer)
    written, read = problem_of(error), problem_of(error, writing=False)
    assert written is not None
    assert read is not None
    assert answer in written.detail
    assert "Nothing was written" in written.detail
    assert answer in read.detail
    assert "written" not in read.detail
    assert written.headers["Retry-After"] == ("5" if "LOADING" in answer else "60")


@each_row("answer", ["NOPERM User desk may not", "WRONGPASS desk", "ERR 10.0.0.7"])
def test_whom_a_server_names_is_not_reported(answer: str) -> None:
    """Of a refusal that may name users, addresses or commands callers get the code alone."""
    for writing in (True, False):
        problem = problem_of(errors.LogRefused(answer), writing=writing)
        assert problem is not None
        code, _, rest = answer.partition(" ")
        assert code in problem.detail
        assert rest not in problem.detail


def test_what_is_not_there_is_named() -> None:
    """A path that exists, with nothing under it, is not called one that does not."""
    none, named = (problem_of(NotFoundException(*words)) for words in ((), ("No tile there",)))
    assert none is not None
    assert none.detail == "There is no such path. /docs lists all paths."
    assert named is not None
    assert named.detail == "No tile there."

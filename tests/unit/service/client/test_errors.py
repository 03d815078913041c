"""The errors of the client, beside the problems that the service knows."""

from __future__ import annotations

import msgspec
import pytest

from service.client.errors import ServerRefused, Unreachable, refused_by
from service.http.problems.kinds import KINDS
from service.http.problems.problem import Problem, body_of
from tests.rows import each_row

_GENERAL = {"internal", "not-allowed"}
"""Kinds that a caller cannot do more about than about any refusal."""


@each_row("slug", sorted(KINDS))
def test_each_problem_of_the_service_is_an_error_of_the_client(slug: str) -> None:
    """The client knows the slug, the sentence and the facts, and has a class for what to do."""
    status = KINDS[slug].status
    body = body_of(Problem(slug, "Do this.", {"limit": 16}), "/v1/timelines")
    error = refused_by(status, body, "7")
    assert error is not None
    assert (error.status, error.slug, error.detail) == (status, slug, "Do this.")
    assert (error.title, error.members) == (KINDS[slug].title, {"limit": 16})
    assert (error.retry_after, error.body) == (7.0, body)
    assert (type(error) is ServerRefused) == (slug in _GENERAL)


@each_row("body", [b"", b"<html>", b"[]", b"{}", b'{"detail": "no"}', b"\xff", b"[" * 100_000])
def test_what_is_no_problem_document_is_none(body: bytes) -> None:
    """An answer of another program is no refusal of an onrecord server."""
    assert refused_by(503, body, None) is None


@each_row("items", ["x", 7, None, [1, "x"]])
def test_errors_of_another_shape_are_no_faults(items: object) -> None:
    """A later server may give `errors` otherwise; the refusal is still readable."""
    body = msgspec.json.encode({"title": "No", "errors": items})
    error = refused_by(400, body, "Wed, 21 Oct 2026 07:28:00 GMT")
    assert error is not None
    assert (error.faults, error.retry_after, str(error)) == ([], None, "No")


@pytest.mark.parametrize("reason", ["it hung up", "It hung up."])
def test_a_reason_with_a_full_stop_gets_no_second_one(reason: str) -> None:
    """Some reasons are whole sentences of the HTTP library."""
    assert str(Unreachable("http://a", reason, sent=True)).endswith("ung up.")
    assert not str(Unreachable("http://a", reason, sent=True)).endswith("..")

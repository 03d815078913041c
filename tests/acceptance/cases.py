"""What an operation of the document is tried with: the examples that are written there, the edges
of its schema, and what a search makes up."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.meta import TestPhase
from schemathesis.pytest._test_builder import build_operation_test

__all__ = ["trial", "written"]


def trial(
    schema: Any, label: str, judge: Callable[[Case[Any]], None], most: int | None = None
) -> Any:
    """What calls `judge` with each case of the operation `label`, a method and a path, when it is
    called; with `most` edges, others in each run.

    A call with commands has two thousand edges, most of them in lists in lists. If nothing else is
    asked for, twice as many are tried as a property has examples, so that a deep run tries all.

    `parametrize` of schemathesis makes all cases of all operations while tests are collected, in
    every worker; and each copy of a schema (`include`) keeps 20 MB until the process ends.
    """
    method, path = label.split()
    if most is None:
        most = settings().max_examples * 2
    tried = build_operation_test(
        config=schema.config,
        operation=schema[path][method.lower()],
        test_func=judge,
        given_kwargs={},
        feedback=FeedbackSources(),
        explicit_settings=settings(max_examples=20, suppress_health_check=list(HealthCheck)),
    )
    given = written(tried)
    edges = [each for each in given if _phase(each) is TestPhase.COVERAGE]
    others = [each for each in given if _phase(each) is not TestPhase.COVERAGE]
    given[:] = random.sample(edges, min(most, len(edges))) + others
    return tried


def written(tried: Any) -> list[Any]:
    """The cases of a trial that are not made up by its search."""
    found: list[Any] = tried.__dict__.setdefault("hypothesis_explicit_examples", [])
    return found


def _phase(example: Any) -> TestPhase:
    phase: TestPhase = example.kwargs["case"].meta.phase.name
    return phase

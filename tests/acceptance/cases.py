"""What an operation of the document is tried with: the examples that are written there, the edges
of its schema, and what a search makes up."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.meta import TestPhase
from schemathesis.pytest._test_builder import build_operation_test

from tests.acceptance.shares import WIDE

__all__ = ["edges", "trial", "written"]

_OTHERS: Final = 4
"""Of so many edges that are about no parameter, such as another method, an operation tries."""
_FEWEST: Final = 5
"""So many cases a search makes up at least."""


def trial(
    schema: Any, label: str, judge: Callable[[Case[Any]], None], examples: int | None = None
) -> Any:
    """What calls `judge` with each case of the operation `label`, a method and a path, when it is
    called. `examples` are those of a property, from which the number of cases follows.

    `parametrize` of schemathesis makes all cases of all operations while tests are collected, in
    every worker; and each copy of a schema (`include`) keeps 20 MB until the process ends.
    """
    method, path = label.split()
    examples = examples or settings().max_examples
    tried = build_operation_test(
        config=schema.config,
        operation=schema[path][method.lower()],
        test_func=judge,
        given_kwargs={},
        feedback=FeedbackSources(),
        explicit_settings=settings(
            max_examples=max(_FEWEST, examples // 7), suppress_health_check=list(HealthCheck)
        ),
    )
    given = written(tried)
    given[:] = _chosen(edges(tried), examples) + [each for each in given if not _is_edge(each)]
    return tried


def _chosen(found: list[Any], examples: int) -> list[Any]:
    """Some of the edges, others in each run: a call with commands has two thousand, most of them in
    lists in lists. A deep run tries all."""
    if examples >= WIDE:
        return _some(found, examples * 2)
    body, parameters, others = [], [], []
    for edge in found:
        data = edge.kwargs["case"].meta.phase.data
        if data.parameter_location is ParameterLocation.BODY:
            body.append(edge)
        elif data.parameter is None or data.parameter == "Content-Type":
            others.append(edge)
        else:
            parameters.append(edge)
    return _some(body, examples) + _some(parameters, examples) + _some(others, _OTHERS)


def _some(found: list[Any], most: int) -> list[Any]:
    return random.sample(found, min(most, len(found)))


def written(tried: Any) -> list[Any]:
    """The cases of a trial that are not made up by its search."""
    found: list[Any] = tried.__dict__.setdefault("hypothesis_explicit_examples", [])
    return found


def edges(tried: Any) -> list[Any]:
    """Those of them that are at the edges of what the schema admits."""
    return [each for each in written(tried) if _is_edge(each)]


def _is_edge(example: Any) -> bool:
    found: bool = example.kwargs["case"].meta.phase.name is TestPhase.COVERAGE
    return found

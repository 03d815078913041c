"""What a run leaves out of the document, another one tries."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.acceptance.shares import share
from tests.documented import DOCUMENT

_KINDS: Final = set(DOCUMENT["components"]["schemas"]["CommandBody"]["properties"])


def _parameters(document: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    return {
        (method, path, each["in"], each["name"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "head"
        for each in operation.get("parameters", ())
    }


def _kinds(document: dict[str, Any]) -> set[str]:
    return {*document["components"]["schemas"]["CommandBody"]["properties"]}


def test_each_run_tries_every_parameter_somewhere() -> None:
    """Each run leaves out parameters, none of them everywhere; what is required stays."""
    whole = _parameters(DOCUMENT)
    for run in range(5):
        some = _parameters(share(DOCUMENT, str(run), 40))
        assert some < whole
        assert {each[2:] for each in some} == {each[2:] for each in whole}
        assert {each for each in whole if each[2] == "path"} <= some


def test_runs_together_try_all() -> None:
    """What one run leaves out stays in others; a run is the same in each of its processes."""
    runs = [share(DOCUMENT, str(run), 40) for run in range(60)]
    assert set().union(*map(_parameters, runs)) == _parameters(DOCUMENT)
    assert set().union(*map(_kinds, runs)) == _KINDS
    assert runs[0] == share(DOCUMENT, "0", 40)


def test_a_wide_profile_leaves_out_nothing() -> None:
    """CI tries the whole document."""
    assert share(DOCUMENT, "0", 150) == DOCUMENT


def test_the_document_itself_stays_whole() -> None:
    """What a run leaves out is left out of its own document alone."""
    told = json.dumps(DOCUMENT)
    share(DOCUMENT, "0", 40)
    assert json.dumps(DOCUMENT) == told

"""A check that is silenced says why: the type checker's, the linter's and that of coverage."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]
_FOLDERS: Final = ("events", "projections", "service", "benchmarks", "scripts", "tests")
_SILENCE: Final = re.compile(r"# *(noqa|type: *ignore|mypy:|pragma:|ruff:)")
_REASON: Final = re.compile(
    r"# noqa: [A-Z]+\d+(, [A-Z]+\d+)* - \w"
    r"|# type: ignore\[[a-z-]+(, [a-z-]+)*\]  # - \w"
    r"|# pragma: no (cover|branch) - \w"
)
_OF_PAGE: Final = re.compile(r"@ts-(?!check)\w+|eslint-\w+")


def _silenced() -> Iterator[tuple[str, str]]:
    """Each comment that silences a check, after the name of its file and its line."""
    for folder in _FOLDERS:
        for path in sorted((_ROOT / folder).rglob("*.py")):
            if not _SILENCE.search(path.read_text()):
                continue  # most files: to take one apart costs more than to look through it
            with path.open("rb") as file:
                for token in tokenize.tokenize(file.readline):
                    if token.type == tokenize.COMMENT and _SILENCE.match(token.string):
                        yield f"{path.relative_to(_ROOT)}:{token.start[0]}", token.string


def test_a_silenced_check_carries_its_reason() -> None:
    """`# noqa: PLR0913 - the six facts of an envelope`, `# type: ignore[override]  # - as the base
    has it`: the rule's name, and the reason behind a dash."""
    found = list(_silenced())
    assert len(found) > 50
    assert [f"{place}: {text}" for place, text in found if not _REASON.match(text)] == []


def test_no_script_of_the_page_silences_its_types() -> None:
    """The page's modules pass the type checker as they are."""
    scripts = sorted((_ROOT / "service" / "page").rglob("*.js"))
    assert len(scripts) > 50
    silenced = {path.name: _OF_PAGE.findall(path.read_text()) for path in scripts}
    assert {name: found for name, found in silenced.items() if found and name != "d3.js"} == {}

"""The rooms: small enough to be looked through, and each module with tests that can be found."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

_ROOT: Final = Path(__file__).parents[2]
_MOST: Final = 12
_LEAST: Final = 3


def _rooms() -> Iterator[Path]:
    for package in ("events", "projections", "service"):
        for init in sorted((_ROOT / package).rglob("__init__.py")):
            yield init.parent


ROOMS: Final = [pytest.param(room, id=str(room.relative_to(_ROOT))) for room in _rooms()]


def _modules(room: Path) -> set[str]:
    return {path.stem for path in room.glob("*.py")} - {"__init__", "__main__"}


def _docstring(room: Path) -> str:
    return ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""


def _tested_here(room: Path) -> set[str]:
    """The modules with a `test_<module>.py`, or a `test_<module>_<part>.py`, in the same room."""
    modules = _modules(room)
    tests = _ROOT / "tests" / "unit" / room.relative_to(_ROOT)
    found: set[str] = set()
    for path in tests.glob("test_*.py"):
        name = path.stem.removeprefix("test_")
        while name and name not in modules:
            name = name.rpartition("_")[0]
        found.add(name)
    return found & modules


def _tested_elsewhere(room: Path) -> dict[str, str]:
    """Each module that the room's docstring names below "Tested elsewhere", and its test's path."""
    _, _, lines = _docstring(room).partition("\n\nTested elsewhere:\n")
    found: dict[str, str] = {}
    for item in re.findall(r"^- .*(?:\n  .*)*", lines, re.MULTILINE):
        path, *modules = re.findall("`([^`]+)`", item)
        found |= dict.fromkeys(modules, path)
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_each_module_has_tests_that_can_be_found(room: Path) -> None:
    """A module has a test of its name in the same room, or the room says which test holds it."""
    here, elsewhere = _tested_here(room), _tested_elsewhere(room)
    assert _modules(room) - here - {*elsewhere} == set(), (
        "write a test, or name it in the docstring"
    )
    assert {*elsewhere} - _modules(room) == set(), "the docstring names modules that are gone"
    assert [path for path in elsewhere.values() if not (_ROOT / path).is_file()] == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_can_be_looked_through(room: Path) -> None:
    """A room has at most a dozen modules, at least three entries, and says what belongs there."""
    entries = [path for path in room.iterdir() if not path.name.startswith("__")]
    assert len(_modules(room)) <= _MOST
    assert len(entries) >= _LEAST
    assert _docstring(room)

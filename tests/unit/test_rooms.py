"""The rooms: small enough to be looked through, and each module with tests that can be found."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.rows import each_row

_ROOT: Final = Path(__file__).parents[2]
_MOST: Final = 12
_LEAST: Final = 3
_LINES: Final = 250
_SCREEN: Final = 40
_PACKAGES: Final = ("events", "projections", "service")
_CODE: Final = (*_PACKAGES, "benchmarks", "scripts")


def _rooms() -> Iterator[Path]:
    for package in _PACKAGES:
        for init in sorted((_ROOT / package).rglob("__init__.py")):
            yield init.parent


ROOMS: Final = [*_rooms()]


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


@each_row("room", ROOMS)
def test_each_module_has_tests_that_can_be_found(room: Path) -> None:
    """A module has a test of its name in the same room, or the room says which test holds it."""
    here, elsewhere = _tested_here(room), _tested_elsewhere(room)
    assert _modules(room) - here - {*elsewhere} == set(), (
        "write a test, or name it in the docstring"
    )
    assert {*elsewhere} - _modules(room) == set(), "the docstring names modules that are gone"
    assert [path for path in elsewhere.values() if not (_ROOT / path).is_file()] == []


@each_row("room", ROOMS)
def test_a_room_can_be_looked_through(room: Path) -> None:
    """A room has at most a dozen modules, at least three entries, and says what belongs there."""
    entries = [path for path in room.iterdir() if not path.name.startswith("__")]
    assert len(_modules(room)) <= _MOST
    assert len(entries) >= _LEAST
    assert _docstring(room)


def _is_there(module: Path) -> bool:
    return module.is_dir() or module.with_suffix(".py").is_file()


def _neighbours(room: Path) -> set[str]:
    """The other rooms, and modules of other rooms, that the room's docstring names."""
    own = ".".join(room.relative_to(_ROOT).parts)
    text, _, _ = _docstring(room).partition("\n\nTested elsewhere:\n")
    named = {name.removesuffix(".py").replace("/", ".") for name in re.findall("`([^`]+)`", text)}
    return {
        name
        for name in named
        if name.split(".")[0] in _PACKAGES
        and not f"{name}.".startswith(f"{own}.")
        and _is_there(_ROOT.joinpath(*name.split(".")))
    }


@each_row("room", ROOMS)
def test_a_room_says_what_belongs_to_another(room: Path) -> None:
    """The docstring of a room says what belongs there, and names a room to which what does not
    belongs."""
    assert _neighbours(room), "say what does not belong there, and where it is"


def _placed() -> set[str]:
    """Each module that is in a layer of an import contract, and every room that it lies in."""
    settings = tomllib.loads((_ROOT / "pyproject.toml").read_text())
    found: set[str] = set()
    for contract in settings["tool"]["importlinter"]["contracts"]:
        for layer in contract.get("layers", ()):
            for name in re.split(r" *[|:] *", layer):
                for container in contract.get("containers", [""]):
                    parts = f"{container}.{name}".strip(".").split(".")
                    found |= {".".join(parts[:n]) for n in range(1, len(parts) + 1)}
    return found


def test_each_room_has_a_place_among_the_import_contracts() -> None:
    """A contract says what each room may import and what may import it."""
    names = {".".join(room.relative_to(_ROOT).parts) for room in _rooms()}
    assert len(names) > 50
    assert names - _placed() == set(), "give it a place in pyproject.toml"


def test_benchmarks_are_in_rooms() -> None:
    """The rooms of benchmarks are as small as those of the program, and say what belongs there."""
    rooms = [init.parent for init in (_ROOT / "benchmarks").rglob("__init__.py")]
    assert len(rooms) > _LEAST
    assert [room.name for room in rooms if len(_modules(room)) > _MOST] == []
    assert [room.name for room in rooms if not _docstring(room)] == []


def test_nothing_lies_before_the_door() -> None:
    """The top folder holds rooms and no module, and no module is empty."""
    loose = [path.name for path in _ROOT.glob("*.py")]
    empty = [path for path in _files(".py", ".js") if not path.read_bytes().strip()]
    assert (loose, empty) == ([], [])


def _files(*endings: str) -> Iterator[Path]:
    for folder in _CODE:
        for path in sorted((_ROOT / folder).rglob("*")):
            if path.suffix in endings and "vendor" not in path.parts:
                yield path


def test_a_file_is_not_longer_than_one_noun_needs() -> None:
    """Modules, scripts of the page and style sheets have at most 250 lines."""
    lengths = {path: path.read_text().count("\n") for path in _files(".py", ".js", ".css")}
    assert len(lengths) > 500
    found = {str(path.relative_to(_ROOT)): n for path, n in lengths.items() if n > _LINES}
    assert found == {}, "split it by noun"


def test_tests_of_one_noun_are_no_longer() -> None:
    """Nor have files of tests more than 250 lines."""
    files = [*(_ROOT / "tests").rglob("*.py")]
    assert len(files) > 500
    long = [path for path in files if path.read_text().count("\n") > _LINES]
    assert [str(path.relative_to(_ROOT)) for path in long] == [], "split it by what it proves"


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the name to the end, without the docstring."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    match function.body[0]:
        case ast.Expr(value=ast.Constant(value=str()), lineno=first, end_lineno=int(last)):
            return lines - (last - first + 1)
        case _:
            return lines


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements within, at any depth, without going through what they are made of."""
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        within = getattr(node, name, ())
        for each in within if isinstance(within, list) else ():
            yield each
            yield from _statements(each)


def test_a_function_fits_on_a_screen() -> None:
    """A function has at most 40 lines besides its docstring, which may be the help of a command."""
    found = [
        f"{path.relative_to(_ROOT)}: {node.name}, {_length(node)} lines"
        for path in _files(".py")
        for node in _statements(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > _SCREEN
    ]
    assert found == []

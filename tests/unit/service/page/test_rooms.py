"""The rooms of the page: who may import whom, how many files a room has, what docs say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from tests.rows import each_row

ROOT: Final = Path(__file__).parents[4]
PAGE: Final = ROOT / "service" / "page"
_IMPORT: Final = re.compile(r'(?:\bfrom\s|\bimport\s|\bimport\()\s*"(\.[^"]+)"')
"""What a module imports, types in comments included: a reader has to open those files too."""
_ROOM: Final = re.compile(r"^\| `(\w+)/` \|", re.MULTILINE)

Graph = Mapping[str, set[str]]


def _modules() -> Iterator[Path]:
    for path in sorted(PAGE.rglob("*")):
        if path.name.endswith((".js", ".d.ts")) and path.name != "d3.js":
            yield path


def _file_of(name: str, importer: Path) -> str:
    """The file that an import names, below the page's folder; types are named without `.d.ts`."""
    path = importer.parent / name
    found = path if path.suffix == ".js" else path.with_name(f"{path.name}.d.ts")
    assert found.is_file(), f"{importer} imports {name}, which is not there"
    return found.resolve().relative_to(PAGE).as_posix()


def _graph() -> Graph:
    return {
        path.relative_to(PAGE).as_posix(): {
            _file_of(name, path) for name in _IMPORT.findall(path.read_text())
        }
        for path in _modules()
    }


def circles(graph: Graph) -> list[str]:
    """Each import that closes a circle, with the way back to it: `a → b → a`."""
    found: list[str] = []
    done: set[str] = set()

    def follow(module: str, way: tuple[str, ...]) -> None:
        if module in way:
            found.append(" → ".join((*way[way.index(module) :], module)))
        elif module not in done:
            for imported in sorted(graph.get(module, ())):
                follow(imported, (*way, module))
            done.add(module)

    for module in sorted(graph):
        follow(module, ())
    return found


def _room(file: str) -> str:
    return PurePosixPath(file).parts[0]


def _order() -> list[str]:
    """The rooms in the order of the table in docs/page.md: each may import those above it."""
    return _ROOM.findall((ROOT / "docs" / "page.md").read_text())


@each_row(
    ("graph", "told"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": set()}, []),
        ({"a": {"b"}, "b": {"a"}}, ["a → b → a"]),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, ["b → c → b"]),
        ({"a": {"a"}}, ["a → a"]),
    ],
)
def test_circles_are_found_and_named(graph: Graph, told: list[str]) -> None:
    """A circle of any length is named by its members, whatever leads into it."""
    assert circles(graph) == told


def test_no_module_imports_itself_by_others() -> None:
    """The imports of the page's modules, types included, have no circle."""
    assert circles(_graph()) == []


def test_rooms_import_only_what_stands_above_them() -> None:
    """No module imports a room that comes after its own in the table of docs/page.md."""
    place = {room: index for index, room in enumerate(_order())}
    upward = [
        f"{module} imports {imported}"
        for module, names in _graph().items()
        for imported in sorted(names)
        if place[_room(imported)] > place[_room(module)]
    ]
    assert upward == []


def test_docs_list_each_room_once() -> None:
    """The table of docs/page.md has the folders of the page, all of them and no others."""
    rooms = [path.name for path in PAGE.iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert sorted(_order()) == sorted(rooms)


@each_row("room", _order())
def test_a_room_has_three_to_twelve_files(room: str) -> None:
    """So that a look at a folder shows what is in it. Only what others wrote stands by itself."""
    few = 2 if room == "vendor" else 3
    assert few <= len([path for path in (PAGE / room).iterdir() if path.is_file()]) <= 12


def test_every_file_is_in_a_room() -> None:
    """Nothing lies loose in the page's folder but the modules that serve it."""
    assert [path.name for path in PAGE.iterdir() if path.is_file() and path.suffix != ".py"] == []

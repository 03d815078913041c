"""Joins modules into the one script that a document loads in their place.

The modules of the page import only functions and constants of each other: no defaults, no values
that change, no cycles. So each becomes a function that is called once, in the order of the imports,
and returns its module's exports. Comments are left out; every line keeps its number within its
module.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Final

__all__ = ["script_of"]

_IMPORT: Final = re.compile(
    r'^import (?:\* as (?P<whole>\w+)|\{(?P<names>[^}]*)\}) from "(?P<path>\.[^"]+)";$',
    re.MULTILINE,
)
_EXPORT: Final = re.compile(
    r"^export (?=(?:(?:async )?function\*?|const|class) (?P<name>\w+))", re.MULTILINE
)
_LIST: Final = re.compile(r"\bexport\s*\{(?P<names>[^}]*)\};?\s*\Z")
"""The exports at the end of a third-party module."""
_COMMENT: Final = re.compile(r"^[ \t]*/\*\*.*?\*/", re.MULTILINE | re.DOTALL)
"""A comment that begins its line; licences begin with another mark."""
_OTHER: Final = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def script_of(path: str, source: Callable[[str], str]) -> str:
    """The script of the module at `path` and of everything that it imports. `source` returns a
    module's text by its path.

    Raises ValueError for an import or export of another form.
    """
    parts: dict[str, str] = {}
    _join(path, source, parts)
    return "\n".join(parts.values())


def _join(path: str, source: Callable[[str], str], parts: dict[str, str]) -> None:
    text = source(path)
    for found in _IMPORT.finditer(text):
        imported = _resolved(path, found["path"])
        if imported not in parts:
            _join(imported, source, parts)
    exports = [f"{found['name']}" for found in _EXPORT.finditer(text)]
    text = _EXPORT.sub("", _IMPORT.sub(lambda found: _imported(path, found), text))
    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    listed = _LIST.search(text)
    if listed is not None:
        exports += [_renamed(name, "{1}: {0}") for name in _names(listed["names"])]
        text = text[: listed.start()]
    left = _OTHER.search(text)
    if left is not None:
        raise ValueError(f"{path}: cannot join {left[0]!r}")
    given = f"return {{ {', '.join(exports)} }};"
    parts[path] = f"const {_variable(path)} = (() => {{ // {path}\n{text}\n{given}\n}})();"


def _imported(path: str, found: re.Match[str]) -> str:
    """The same names, taken from the module's exports, in as many lines."""
    variable = _variable(_resolved(path, found["path"]))
    if found["whole"]:
        return f"const {found['whole']} = {variable};"
    names = ", ".join(_renamed(name, "{0}: {1}") for name in _names(found["names"]))
    return f"const {{ {names} }} = {variable};" + "\n" * found[0].count("\n")


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _renamed(name: str, form: str) -> str:
    """`a as b` in the form for a and b; a name that is not renamed stays."""
    inner, _, outer = name.partition(" as ")
    return form.format(inner, outer) if outer else inner


def _resolved(path: str, imported: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), imported))


def _variable(path: str) -> str:
    return re.sub(r"\W", "$", path.removesuffix(".js"))

"""A name stands for one thing in the whole program, and the glossary has the code's own words."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]
_PACKAGES: Final = ("events", "projections", "service")

# Functions that share a name on purpose: each plays the same part in its module.
_ROLES: Final = {
    "decide": "the rules of each kind of subject, in service/writing/rules",
    "main": "what an entry point of its own runs",
    **dict.fromkeys(("diff", "redact", "relate", "unrelate"), "a command, called as what it does"),
}


@cache
def _modules() -> list[tuple[str, ast.Module]]:
    return [
        (str(path.relative_to(_ROOT)), ast.parse(path.read_text()))
        for package in _PACKAGES
        for path in sorted((_ROOT / package).rglob("*.py"))
    ]


def _types_in(module: ast.Module) -> Iterator[str]:
    """The classes that a module defines, and its types made by a subscript or a union."""
    for node in module.body:
        match node:
            case ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() | ast.BinOp()) if (
                re.fullmatch("[A-Z][a-z]+(?:[A-Z][a-z]+)*", name)
            ):
                yield name
            case _:
                pass


def _functions_in(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def _twice(places: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: where for name, where in places.items() if len(where) > 1 and name[0] != "_"}


@cache
def _doubled() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    types, functions = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for path, module in _modules():
        for name in _types_in(module):
            types[name].append(path)
        for name in _functions_in(module):
            functions[name].append(path)
    return _twice(types), _twice(functions)


def test_a_class_or_type_name_stands_for_one_thing() -> None:
    """No two modules define a class or type of one name."""
    types, _ = _doubled()
    assert types == {}


def test_a_public_function_name_stands_for_one_thing() -> None:
    """No two modules define a public function of one name, except those that play one part."""
    _, functions = _doubled()
    assert {name: where for name, where in functions.items() if name not in _ROLES} == {}


def _glossary() -> tuple[list[str], list[tuple[str, str]]]:
    """The words that the glossary explains, and each word that is not used with the one that is."""
    text = (_ROOT / "docs" / "glossary.md").read_text()
    words, _, others = text.partition("## Words that are not used")
    explained = re.findall(r"^\| \*\*([^*]+)\*\*", words, re.MULTILINE)
    # A word in bold inside an entry is explained there.
    explained += [
        word for line in words.splitlines() for word in re.findall(r"\*\*([^*]+)\*\*", line)[1:]
    ]
    return explained, re.findall(r"^\| ([a-z_]+) \| \*\*([^*]+)", others, re.MULTILINE)


@cache
def _names_of_code() -> set[str]:
    """Every name in the code, and every text that could be one, in the form `a_name`."""
    found: set[str] = set()
    for _, module in _modules():
        for node in ast.walk(module):
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                    found.add(name)
                case ast.AsyncFunctionDef(name=name) | ast.Name(id=name) | ast.arg(arg=name):
                    found.add(name)
                case ast.Attribute(attr=name):
                    found.add(name)
                case ast.Constant(value=str(name)) if name.isidentifier():
                    found.add(name)
                case _:
                    pass
    for path in (_ROOT / "service" / "page").rglob("*.js"):
        found |= {*re.findall(r"[A-Za-z_]\w+", path.read_text())}
    return {re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower() for name in found}


def _parts(names: set[str]) -> set[str]:
    """Every name, and every run of its words: `lag_of` holds `lag`, `of` and `lag_of`."""
    found: set[str] = set()
    for name in names:
        words = name.strip("_").split("_")
        found |= {
            "_".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)
        }
    return found


def _used(word: str, parts: set[str]) -> bool:
    name = word.replace(" ", "_")
    return any(name + ending in parts for ending in ("", "s", "es", "ed", "d", "er"))


def test_the_code_uses_the_words_of_the_glossary() -> None:
    """Each word that the glossary explains is a name in the code, or a part of one."""
    parts = _parts(_names_of_code())
    words, _ = _glossary()
    assert len(words) > 50
    assert [word for word in words if not _used(word, parts)] == []


def test_no_name_uses_another_word_for_what_the_glossary_names() -> None:
    """No name has a word that the glossary sets aside; each of these points to an entry."""
    parts = _parts(_names_of_code())
    words, others = _glossary()
    assert len(others) >= 5
    assert [wrong for wrong, _ in others if _used(wrong, parts)] == []
    assert [right for _, right in others if right not in words] == []


def test_three_words_that_nobody_says_are_not_written() -> None:
    """Neither code, comments and messages nor the documents have them."""
    packages = (path for package in _PACKAGES for path in (_ROOT / package).rglob("*.*"))
    documents = [*(_ROOT / "docs").glob("*.md"), _ROOT / "README.md", _ROOT / "CONTRIBUTING.md"]
    odd = re.compile(r"\b(anew|whoever|amiss)\b", re.IGNORECASE)
    found = [
        f"{path.relative_to(_ROOT)}: {word}"
        for path in (*packages, *documents)
        if path.suffix in {".css", ".html", ".js", ".lua", ".md", ".py"}
        for word in odd.findall(path.read_text())
    ]
    assert found == []

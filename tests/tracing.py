"""Records SQLite's work for a test: every statement that is executed, by any connection."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import apsw

__all__ = ["Work", "queries_in", "traced"]

_SPACE = re.compile(r"\s+")
_QUERY = re.compile(r"\s*(SELECT|WITH|UPDATE|DELETE|UNION|EXISTS|\(SELECT)\b")


class Work(NamedTuple):
    """One executed statement. `steps` are those of SQLite's virtual machine; `indexes` are rows
    that it put into an automatic index, for a join that none of our indexes serves."""

    sql: str
    steps: int
    indexes: int


@contextmanager
def traced(*connections: apsw.Connection) -> Iterator[list[Work]]:
    """The work of these connections, and of all that are opened within the block."""
    done: list[Work] = []

    def note(event: dict[str, Any]) -> None:
        status = event["stmt_status"]
        steps = status["SQLITE_STMTSTATUS_VM_STEP"]
        done.append(Work(_plain(event["sql"]), steps, status["SQLITE_STMTSTATUS_AUTOINDEX"]))

    def watch(connection: apsw.Connection) -> None:
        connection.trace_v2(apsw.SQLITE_TRACE_PROFILE, note)

    hooks: list[Callable[[apsw.Connection], None]] = apsw.connection_hooks
    hooks.append(watch)
    for connection in connections:
        watch(connection)
    try:
        yield done
    finally:
        hooks.remove(watch)
        for connection in connections:
            connection.trace_v2(0, None)


def queries_in(module: Path) -> Iterator[re.Pattern[str]]:
    """Every query, or part of one, in a module, as a pattern of its executed form: braces match
    anything."""
    tree = ast.parse(module.read_text())
    composed = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    pieces = {id(piece) for node in composed for piece in node.values}
    texts = ["".join(map(_piece, node.values)) for node in composed]
    texts += [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in pieces
    ]
    for text in filter(_QUERY.match, texts):
        yield re.compile(".*".join(map(re.escape, re.split(r"\{\w*\}", _plain(text)))))


def _piece(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else "{}"


def _plain(text: str) -> str:
    """The query on one line, without comments."""
    return _SPACE.sub(" ", re.sub("--[^\n]*", "", text)).strip()

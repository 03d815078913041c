"""What a client loads: in a process that only asks a server, no database, key or server code."""

from __future__ import annotations

import subprocess
import sys

import pytest

FORBIDDEN = frozenset(
    {"apsw", "cryptography", "hiredis", "litestar", "prometheus_client", "redis", "sqlite3"}
    | {"structlog", "uvicorn", "uvloop", "projections.queries", "projections.storage"}
)
_SHOW = "import sys; __import__(sys.argv[1]); print(*sys.modules, sep='\\n')"


@pytest.mark.parametrize(
    "module",
    [
        "service.client",
        "service.cli.program",
        "service.cli.statements.append",
        "service.cli.statements.query",
        "service.cli.statements.tail",
        "service.cli.seeding.seed",
    ],
)
def test_a_client_loads_no_database_and_no_cryptography(module: str) -> None:
    """A fresh interpreter that imports it has loaded none of the forbidden modules."""
    shown = subprocess.run(
        [sys.executable, "-c", _SHOW, module], capture_output=True, text=True, check=True
    )
    assert FORBIDDEN.isdisjoint(shown.stdout.split())

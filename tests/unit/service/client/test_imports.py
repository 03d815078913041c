"""What a client loads: in a process that only asks a server, no database, key or server code."""

from __future__ import annotations

import subprocess
import sys

FORBIDDEN = frozenset(
    {"apsw", "cryptography", "hiredis", "litestar", "prometheus_client", "redis", "sqlite3"}
    | {"structlog", "uvicorn", "uvloop", "projections.queries", "projections.storage"}
)
MODULES = (
    "service.client",
    "service.cli.program",
    "service.cli.statements.append",
    "service.cli.statements.query",
    "service.cli.statements.tail",
    "service.cli.seeding.seed",
)
_SHOW = "import sys; [*map(__import__, sys.argv[1:])]; print(*sys.modules, sep='\\n')"


def test_a_client_loads_no_database_and_no_cryptography() -> None:
    """A fresh interpreter that imports them all has loaded none of the forbidden modules."""
    shown = subprocess.run(
        [sys.executable, "-c", _SHOW, *MODULES], capture_output=True, text=True, check=True
    )
    loaded = {*shown.stdout.split()}
    assert loaded >= {*MODULES}
    assert FORBIDDEN & loaded == set()

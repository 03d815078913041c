"""The process that tests fork their programs from."""

from __future__ import annotations

from importlib.util import find_spec

from tests.warm import PRELOADED


def test_what_it_imports_is_there() -> None:
    """Each module that it is given exists: it passes over one that does not, and each program would
    import that itself."""
    assert [name for name in PRELOADED if find_spec(name) is None] == []

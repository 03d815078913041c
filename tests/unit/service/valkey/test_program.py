"""The bundled server's program."""

from __future__ import annotations

import sys

import pytest

from service.valkey import program
from service.valkey.program import EmbeddedError, valkey_program
from tests.warm import exit_code_of


def _find() -> None:
    assert valkey_program().is_file()
    sys.exit(3 if "valkey" in sys.modules else 0)


def test_it_is_found_without_importing_its_package() -> None:
    """A start does not pay for the Redis client that the package imports."""
    assert exit_code_of(_find) == 0


def test_where_no_program_is_for_this_system_another_server_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A processor that the package has no program for is an error that says what to do."""
    monkeypatch.setattr("platform.machine", lambda: "pdp11")
    with pytest.raises(EmbeddedError, match="no bundled Valkey for this system"):
        valkey_program()


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says how to install it."""
    monkeypatch.setattr(program, "_PACKAGE", "no-such-package")
    with pytest.raises(EmbeddedError, match="pip install no-such-package=="):
        valkey_program()

"""The bundled Valkey where the system has no room for another descriptor."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from service.valkey import process
from service.valkey.embedded import EmbeddedError, EmbeddedValkey


def refuse(*_: object) -> Any:
    raise OSError(errno.EMFILE, "Too many open files")


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="a thread watches the server here")
async def test_a_server_that_cannot_be_watched_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is left, so the next try has the folder."""
    with monkeypatch.context() as patch:
        patch.setattr(os, "pidfd_open", refuse)
        with pytest.raises(EmbeddedError, match="cannot be watched"):
            await EmbeddedValkey(tmp_path).start()
    async with EmbeddedValkey(tmp_path) as valkey:
        assert valkey.running


async def test_a_server_that_cannot_be_asked_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It counts as no answer, and does not end the start."""
    refused: list[object] = []

    def connect(family: int) -> socket.socket:
        if not refused:
            refused.append(family)
            refuse()
        return socket.socket(family)

    stand_in = SimpleNamespace(socket=connect, AF_UNIX=socket.AF_UNIX)
    monkeypatch.setattr(process, "socket", stand_in)
    async with EmbeddedValkey(tmp_path) as valkey:
        assert valkey.running
    assert refused

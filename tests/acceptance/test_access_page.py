"""The commands of docs/access.md do what the page says, one after another, on a new service."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.program import Program
from tests.serving import key_headers, running
from tests.warm_command import warm_command

PAGE: Final = Path(__file__).parents[2] / "docs" / "access.md"
_BLOCK: Final = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PLACES: Final = ("ONRECORD_URL=http://127.0.0.1:8000", "ONRECORD_DATA_DIR=/var/lib/onrecord")
"""What stands for the reader's own service and folder."""
STATEMENT: Final = {"kind": "claim", "text": "It rained.", "said": {"by": "Me", "on": None}}


def _script(url: str, data: Path) -> str:
    text = "\n".join(_BLOCK.findall(PAGE.read_text()))
    for place, own in zip(
        _PLACES, (f"ONRECORD_URL={url}", f"ONRECORD_DATA_DIR={data}"), strict=True
    ):
        assert place in text
        text = text.replace(place, own)
    return text


def test_the_program_is_installed_under_its_name() -> None:
    """What the page writes is what an installation puts beside its Python."""
    program = Path(sys.executable).with_name("onrecord")
    done = subprocess.run([program, "why", "--help"], capture_output=True, text=True, check=True)
    assert "onrecord why" in done.stdout


def test_a_newsroom_is_set_up_by_the_page(tmp_path: Path) -> None:
    """Every command succeeds, and afterwards each key may do what the page gave to it, and no
    more: the one that was revoked nothing, and who lost a grant what others may."""
    for program in ("bash", "jq"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} is installed here")
    with (
        running(tmp_path, "--workers", "1") as service,
        warm_command(tmp_path / "bin") as commands,
    ):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", _script(service.url, service.data)],
            cwd=tmp_path,
            env=Program().environment() | {"PATH": f"{commands}:{os.defpath}"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        assert "key.issued" in done.stdout

        def ask(name: str, method: str, path: str, **more: Any) -> httpx.Response:
            sent = key_headers((tmp_path / f"{name}.key").read_text().strip())
            return httpx.request(method, service.url + path, headers=sent, **more)

        def may(principal: str, right: str, timeline: str) -> bool:
            asked = {"principal": principal, "right": right, "timeline": timeline}
            return bool(ask("owner-2", "GET", "/v1/why", params=asked).json()["allowed"])

        wire = "/v1/timelines/public-wire"
        assert ask("ann", "PUT", wire, json={"title": "The wire"}).status_code == 201
        assert ask("ingest-2", "POST", f"{wire}/statements", json=STATEMENT).status_code == 201
        assert ask("ingest", "POST", f"{wire}/statements", json=STATEMENT).status_code == 401
        assert service.ask("GET", "/v1/me").status_code == 401
        assert may("key:ingest-2", "write", "public-wire")
        assert not may("key:ingest-2", "write", "internal")
        assert not may("key:dov", "write", "public-wire")
        assert may("group:editors", "review", "internal")
        assert may("group:contributors", "propose", "public-wire")
        assert not may("group:contributors", "write", "public-wire")
        assert (tmp_path / "owner-2.key").stat().st_mode & 0o077 == 0

"""Go's own tools, which verify every Go module, read a live timeline as the log that it is."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.test_verify import signed
from tests.serving import Timeline, said

SOURCE = Path(__file__).with_name("tlog.go")
LIBRARY = Path("/usr/share/gocode")
"""Where Debian keeps `golang-golang-x-mod-dev`; a GOPATH of one's own counts too."""


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """The program, compiled; where Go or its library is missing, the test is skipped, in words.
    What Go compiles of its own library is kept for the next run, where pytest keeps anything."""
    go = shutil.which("go")
    path = os.environ.get("GOPATH") or str(LIBRARY)  # noqa: TID251 - Go's own setting
    if go is None or not (Path(path) / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("install Go and golang.org/x/mod: golang-go, golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("go")
    inherited = dict(os.environ)  # noqa: TID251 - a child is given what this process has
    cache: pytest.Cache | None = getattr(pytestconfig, "cache", None)
    kept = cache.mkdir("go") if cache is not None else folder / "cache"
    environment = {"GO111MODULE": "off", "GOPATH": path, "GOCACHE": str(kept)}
    environment["CGO_ENABLED"] = "0"  # no C compiler is needed
    built = folder / "tlog"
    subprocess.run(
        [go, "build", "-o", str(built), str(SOURCE)],
        env=inherited | environment,
        check=True,
        timeout=300,
    )
    return built


async def test_go_reads_checkpoint_tiles_and_entries(reader: Path, timeline: Timeline) -> None:
    """`sumdb/note` opens the checkpoint, `sumdb/tlog` holds every tile against its root and every
    entry against its leaf hash, over more than two full tiles and a partial one; with the key of
    another timeline it reads nothing."""
    revision = 1
    for first in (0, 300):
        revision = await timeline.record(*[said(f"s{n}") for n in range(first, first + 300)])
    await signed(timeline, revision)
    vkey = (await timeline.get("/keys")).text.split("\n")[0]
    at = f"{timeline.client.base_url}".rstrip("/") + timeline.path

    def run(key: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(reader), at, key], capture_output=True, text=True, check=False, timeout=60
        )

    done = await asyncio.to_thread(run, vkey)
    assert (done.returncode, done.stdout) == (0, f"{revision}\n"), done.stderr
    other = await timeline.client.put("/v1/timelines/go-other", json={"title": "Other"})
    assert other.status_code in {200, 201}
    wrong = (await timeline.client.get("/v1/timelines/go-other/keys")).text.split("\n")[0]
    assert (await asyncio.to_thread(run, wrong)).returncode == 1

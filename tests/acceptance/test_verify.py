"""An auditor beside a running service: `verify`, `bundle` and `replay` as processes of their own,
and verifiers of others."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.looks import looked_again
from tests.program import Done
from tests.serving import Service, Timeline, said

VERIFIER = Path(__file__).resolve().parents[2] / "docs" / "verify.mjs"


async def signed(timeline: Timeline, size: int) -> bytes:
    """The note once it covers so much."""
    async with asyncio.timeout(20):
        while True:
            answer = await timeline.get("/checkpoint")
            if answer.status_code == 200 and int(answer.text.split("\n")[1]) >= size:
                return answer.content
            await looked_again()


class Audited:
    """A timeline of some statements, signed, and the auditor's files."""

    def __init__(self, service: Service, timeline: Timeline, folder: Path, vkey: str) -> None:
        self.service = service
        self.timeline = timeline
        self.name = timeline.name
        self.folder = folder
        self.vkey = vkey
        self.bundle = folder / "bundle.tar.gz"

    async def run(self, *arguments: str) -> Done:
        return await asyncio.to_thread(self.service.program.run, *arguments)

    async def verify(self, target: str | None = None, *arguments: str) -> Done:
        """`verify` of the timeline, on the server unless told otherwise."""
        where = target or self.service.url
        pinned = ("--vkey", self.vkey, *arguments)
        return await self.run("verify", where, "--timeline", self.name, *pinned)


@pytest.fixture
async def audited(server: Service, timeline: Timeline, tmp_path: Path) -> Audited:
    await asyncio.to_thread(server.program.run, "seed", "--timeline", timeline.name)
    head = await timeline.head()
    await signed(timeline, head)
    vkey = (await timeline.get("/keys")).text.splitlines()[0]
    return Audited(server, timeline, tmp_path, vkey)


async def test_a_server_and_its_bundle_are_verified(audited: Audited) -> None:
    """Both are verified by the key; a checkpoint that was saved before more was recorded is gone
    on from."""
    saved = audited.folder / "saved"
    note = await signed(audited.timeline, 1)
    saved.write_bytes(note)
    revision = await audited.timeline.record(said("later"))
    await signed(audited.timeline, revision)
    done = await audited.run("bundle", audited.name, "-o", str(audited.bundle))
    assert (done.code, done.answer["size"]) == (0, revision), done.err
    for target in (None, str(audited.bundle)):
        done = await audited.verify(target, "--since", str(saved))
        assert done.code == 0, done.out + done.err
        (report,) = done.answer["timelines"]
        assert (report["outcome"], report["size"]) == ("verified", revision)
        assert report["saved"] == int(note.split(b"\n")[1])


async def test_nothing_is_believed_of_a_server(audited: Audited) -> None:
    """Without a key, or with another's, the answer is 4 and shows how to pin what was seen; of a
    timeline that is not there nothing is proved; nobody there is 3."""
    done = await audited.run("verify", audited.service.url, "--timeline", audited.name)
    assert done.code == 4
    assert f"--vkey {audited.vkey}" in done.answer["timelines"][0]["advice"]
    done = await audited.run(
        "verify", audited.service.url, "--timeline", "nowhere", "--vkey", audited.vkey
    )
    assert done.code == 4
    done = await audited.run("verify", "http://127.0.0.1:1", "--vkey", audited.vkey)
    assert done.code == 3
    done = await audited.run("bundle", "nowhere", "-o", str(audited.bundle))
    assert done.code == 1
    assert not audited.bundle.exists()


async def test_a_replay_comes_to_the_digest_of_the_live_model(audited: Audited) -> None:
    """From the server and from the bundle, at the head and before; each revision has its own."""
    await audited.run("bundle", audited.name, "-o", str(audited.bundle))
    head = await audited.timeline.head()
    digests = []
    for revision in (1, 2, head // 2, head - 1, head):
        answer = await audited.timeline.get("/digest", as_of=revision)
        assert answer.headers["Onrecord-Revision"] == str(revision)
        asked = ("replay", audited.name, "--as-of", str(revision))
        for more in ((), ("--bundle", str(audited.bundle))):
            done = await audited.run(*asked, *more)
            assert done.answer == answer.json(), done.err
        digests.append(answer.json()["digest"])
    assert len(set(digests)) == len(digests)
    assert (await audited.run("replay", audited.name)).answer["digest"] == digests[-1]
    beyond = ("replay", audited.name, "--as-of", str(head + 1))
    assert (await audited.run(*beyond)).code == 1
    assert (await audited.run(*beyond, "--bundle", str(audited.bundle))).code == 1


async def test_a_digest_is_kept_and_true_of_its_revision(timeline: Timeline) -> None:
    """Asked again it is the same, with the same ETag; what is recorded changes that of the head
    alone; what `as_of` refuses elsewhere it refuses here."""
    before = await timeline.get("/digest", min_revision=1)
    assert (await timeline.get("/digest")).headers["ETag"] == before.headers["ETag"]
    revision = await timeline.record(said("s1"))
    after = await timeline.get("/digest", min_revision=revision)
    assert after.json()["digest"] != before.json()["digest"]
    assert (await timeline.get("/digest", as_of=1)).json() == before.json()
    assert (await timeline.get("/digest", as_of=99)).status_code == 400
    assert (await timeline.get("/digest", as_of=0)).status_code == 404
    answers = await asyncio.gather(*(timeline.get("/digest", as_of=1 + n % 2) for n in range(20)))
    assert {answer.json()["digest"] for answer in answers} == {
        before.json()["digest"],
        after.json()["digest"],
    }


async def test_the_independent_verifier_verifies_a_bundle(audited: Audited) -> None:
    """docs/verify.mjs, which has nothing of ours, on what `tar` unpacked; and it sees an edit."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    await audited.run("bundle", audited.name, "-o", str(audited.bundle))
    with tarfile.open(audited.bundle) as packed:
        packed.extractall(audited.folder, filter="data")
    events = audited.folder / audited.name / "events.ndjson"
    command = [node, str(VERIFIER), str(events.parent), audited.vkey]

    def run() -> tuple[int, str]:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert not done.stderr
        return done.returncode, done.stdout

    assert (await asyncio.to_thread(run))[0] == 0
    text = events.read_bytes()
    events.write_bytes(text.replace(b"Gerasimov", b"Gerasimow", 1))
    code, told = await asyncio.to_thread(run)
    assert (code, told.split()[0]) == (1, "tampered:")


async def test_every_timeline_is_verified_unless_named(server: Service, audited: Audited) -> None:
    """Those without a key are not proved, so all together are not."""
    async with server.async_client() as client:
        await client.put("/v1/timelines/another", json={"title": "Another"})
    done = await audited.run("verify", server.url, "--vkey", audited.vkey)
    reports = {report["timeline"]: report["outcome"] for report in done.answer["timelines"]}
    assert done.code == 4
    assert (reports[audited.name], reports["another"]) == ("verified", "unproven")

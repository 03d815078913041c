"""Proofs over the network, checked with nothing of the service's own where that is the promise."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from hashlib import sha256
from typing import Any

import httpx
import pytest

from events.errors import OnrecordError
from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.note import VerifierKey, open_note
from events.tlog.proof import verify_consistency, verify_inclusion
from events.tlog.tile import read_bundle, tile_path, tiles_of
from service.client import Client, Invalid
from tests.looks import looked_again
from tests.rows import each_row
from tests.serving import Service, Timeline, said


async def signed(timeline: Timeline, size: int) -> SignedCheckpoint:
    """The checkpoint once it covers so much, opened with the key that the service shows."""
    async with asyncio.timeout(20):
        while True:
            answer = await timeline.get("/checkpoint")
            if answer.status_code == 200:
                [key] = (await timeline.get("/keys")).text.splitlines()
                note = open_note(answer.content, [VerifierKey.parse(key)])
                checkpoint = SignedCheckpoint.parse(note.text)
                if checkpoint.size >= size:
                    return checkpoint
            await looked_again()


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as it stands there."""
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + naive_root(leaves[:half]) + naive_root(leaves[half:])).digest()


async def test_the_lines_of_the_seed_give_the_signed_root(
    server: Service, timeline: Timeline
) -> None:
    """Each line of NDJSON cut where the page on audits says, hashed, and paired."""
    await asyncio.to_thread(server.program.run, "seed", "--timeline", timeline.name)
    head = await timeline.head()
    checkpoint = await signed(timeline, head)
    lines = (
        await timeline.client.get(
            f"{timeline.path}/events", headers={"Accept": "application/x-ndjson"}
        )
    ).content.splitlines()
    leaves = [line.partition(b',"salt":')[0] + b"}" for line in lines]
    assert len(leaves) == checkpoint.size
    assert naive_root(leaves) == checkpoint.root
    assert checkpoint.origin == f"onrecord.local/timelines/{timeline.name}"
    for line, leaf in zip(lines, leaves, strict=True):
        salt, _, data = line.partition(b',"salt":"')[2].partition(b'","data":')
        digest = sha256(b"onrecord-data-v1\0" + bytes.fromhex(salt.decode()) + data[:-1])
        assert f'"digest":"sha256:{digest.hexdigest()}"'.encode() in leaf


async def test_each_event_is_proved_in_each_tree(timeline: Timeline) -> None:
    """Inclusion in the signed tree and in earlier ones, and that each begins the next."""
    await timeline.record(*[said(f"s{n}") for n in range(8)])
    checkpoint = await signed(timeline, 9)
    for size in (1, 2, 5, 8, 9):
        old = (await timeline.get("/proofs/consistency", **{"from": size})).json()
        hashes = [b64decode(each) for each in old["hashes"]]
        root = b64decode(old["from_root"])
        verify_consistency(size, 9, root, checkpoint.root, hashes)
        for revision in range(1, size + 1):
            proof = (await timeline.get("/proofs/inclusion", revision=revision, size=size)).json()
            leaf = sha256(b"\0" + b64decode(proof["leaf"])).digest()
            assert leaf == b64decode(proof["leaf_hash"])
            hashes = [b64decode(each) for each in proof["hashes"]]
            verify_inclusion(revision - 1, size, leaf, hashes, root)
            assert b64decode(proof["root"]) == root


async def test_the_client_brings_proofs(server: Service, timeline: Timeline) -> None:
    """As the interface gives them, of the signed tree and of others; a refusal is raised."""
    await timeline.record(said("a"), said("b"))
    await signed(timeline, 3)
    async with Client.create(server.url) as client:
        inclusion = (await client.inclusion(timeline.name, 2)).value
        assert (inclusion.revision, inclusion.size) == (2, 3)
        leaf = sha256(b"\0" + b64decode(inclusion.leaf)).digest()
        hashes = [b64decode(each) for each in inclusion.hashes]
        verify_inclusion(1, 3, leaf, hashes, b64decode(inclusion.root))
        consistency = (await client.consistency(timeline.name, 1, end=2)).value
        assert (consistency.from_, consistency.to) == (1, 2)
        with pytest.raises(Invalid):
            await client.inclusion(timeline.name, 9)


async def test_the_tiles_hold_the_tree(timeline: Timeline) -> None:
    """Over 256 events: full and partial tiles and bundles, for ever the same; none beyond what is
    signed, and none by another path."""
    await timeline.record(*[said(f"s{n}") for n in range(299)])
    checkpoint = await signed(timeline, 300)
    leaves: list[bytes] = []
    hashes = b""
    for tile in tiles_of(300):
        answer = await timeline.get(f"/log/tile/{tile_path(tile)}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert len(answer.content) == 32 * tile.width
        if tile.level == 0:
            hashes += answer.content
            bundle = await timeline.get(f"/log/tile/entries/{tile_path(tile).partition('/')[2]}")
            leaves += read_bundle(bundle.content)
    assert naive_root(leaves) == checkpoint.root
    assert hashes == b"".join(sha256(b"\0" + leaf).digest() for leaf in leaves)
    for path in ("0/002", "0/001", "0/001.p/45", "1/000", "0/0", "entries/001", "64/000", "x"):
        assert (await timeline.get(f"/log/tile/{path}")).status_code == 404, path
    note = await timeline.get("/log/checkpoint")
    assert note.content == (await timeline.get("/checkpoint")).content


@pytest.fixture
async def recorded(timeline: Timeline) -> Timeline:
    """A timeline of three events under a signed head, which tests only ask."""
    await timeline.record(said("a"), said("b"))
    await signed(timeline, 3)
    return timeline


@each_row(
    ("call", "parameters", "status"),
    [
        ("inclusion", {"revision": 0}, 422),
        ("inclusion", {"revision": 4}, 422),
        ("inclusion", {"revision": 3, "size": 2}, 422),
        ("inclusion", {"revision": 1, "size": 4}, 422),
        ("inclusion", {"revision": 1, "size": 0}, 422),
        ("inclusion", {"revision": "x"}, 400),
        ("inclusion", {}, 400),
        ("inclusion", {"revision": 1, "other": 1}, 400),
        ("consistency", {"from": 0}, 422),
        ("consistency", {"from": 3, "to": 2}, 422),
        ("consistency", {"from": 1, "to": 4}, 422),
        ("consistency", {}, 400),
    ],
)
async def test_what_cannot_be_proved_is_refused(
    recorded: Timeline, call: str, parameters: dict[str, Any], status: int
) -> None:
    """Revision 0, beyond the size, a size beyond what is signed; what is malformed."""
    answer = await recorded.get(f"/proofs/{call}", **parameters)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["path"].startswith("?")


async def test_nothing_is_wrong(client: httpx.AsyncClient) -> None:
    """No alarm is up; health and metrics say so."""
    answer = await client.get("/health/audit")
    assert answer.status_code == 200
    assert (answer.json()["signing"]["signs"], answer.json()["alarms"]) == (True, [])
    assert (await client.get("/health/ready")).json()["audit"] == []
    assert "onrecord_audit_alarm 0.0" in (await client.get("/metrics")).text


async def test_a_false_key_opens_nothing(timeline: Timeline) -> None:
    """The key of another timeline is another key."""
    await timeline.record(said("a"))
    await signed(timeline, 2)
    note = (await timeline.get("/checkpoint")).content
    [key] = (await timeline.get("/keys")).text.splitlines()
    other = VerifierKey("elsewhere.example/timelines/a", VerifierKey.parse(key).key)
    with pytest.raises(OnrecordError):
        open_note(note, [other])


async def test_a_write_waits_for_its_checkpoint(timeline: Timeline) -> None:
    """Every call that writes, when it is asked to: the size covers what was recorded. Other words
    are refused, and nothing is recorded."""
    path = timeline.path
    claim = said("a", sources=[{"id": "s1", "title": "One"}])
    calls: list[tuple[str, str, Any]] = [
        ("PUT", "", {"title": "Another"}),
        ("POST", "/statements", [claim, said("b")]),
        ("POST", "/statements/a/corrections", {"changes": {"text": "No."}, "reason": "so"}),
        ("POST", "/statements/a/relations", {"relation": "disputes", "target": "b"}),
        ("POST", "/statements/a/grades", {"credibility": 2}),
        ("POST", "/sources/s1/grades", {"reliability": "B"}),
        ("PUT", "/actors/kcna", {"name": "Agency", "type": "agency"}),
        ("PUT", "/actors/kcna/aliases/K", None),
        ("DELETE", "/actors/kcna/aliases/K", None),
        ("DELETE", "/statements/a/relations/disputes/b?reason=so", None),
        ("POST", "/statements/b/retractions", {"reason": "so"}),
    ]
    for method, below, body in calls:
        mark = "&" if "?" in below else "?"
        address = f"{path}{below}{mark}wait="
        refused = await timeline.client.request(method, f"{address}forever", json=body)
        assert refused.status_code == 400, below
        answer = await timeline.client.request(method, f"{address}checkpoint", json=body)
        assert answer.status_code in (200, 201), (below, answer.text)
        assert answer.headers["Onrecord-Checkpoint"] == answer.headers["Onrecord-Revision"], below
        assert (await timeline.get("/checkpoint")).text.split("\n")[1] == (
            answer.headers["Onrecord-Revision"]
        )

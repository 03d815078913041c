"""Whether damage of the ledger is distinguished from damage of the log, by signer and witness."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import apsw
import pytest
from structlog.testing import capture_logs

from events.audit.publication import Publication, seal_publication
from events.errors import Damaged, Lagging
from events.event.envelope import header_bytes, source_subject
from events.event.types import SourceGraded
from events.log.memory import ALONE, MemoryLog
from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.merkle import Frontier, leaf_hash
from events.tlog.note import SignerKey, sign_note
from projections.ledger.file import ASIDE, LEDGER
from projections.ledger.ledger import Ledger
from projections.ledger.proofs import LedgerProofs
from projections.ledger.writer import LedgerWriter
from service.datafolder.signed_state import SEEN, SIGNED, SignedState
from service.signing.heads import SignedHeads
from service.signing.ledger_trust import root_in_log
from service.signing.witness import Witness
from tests.seals import CODEC, append_of, entries, retracted
from tests.signers import TIME, Faulty, signing, until

COUNT = 300
"""Events: a full tile, a part of one, and a tile of level 1."""
KEY = SignerKey("onrecord.local/timelines/kursk", bytes(32))


@pytest.fixture
async def log() -> Faulty:
    made = Faulty()
    await made.append(append_of(*[retracted(f"e{n}") for n in range(COUNT)]))
    return made


async def sign(folder: Path, log: Faulty) -> None:
    """Have all of it signed, and the ledger written."""
    async with signing(folder, log, [TIME]) as scene:
        assert await scene.heads.covered("kursk", COUNT, 10) == COUNT


def change(folder: Path, *places: tuple[int, int, int]) -> None:
    """Another byte in the hashes of a tile, for each level, number and place."""
    connection = apsw.Connection(str(folder / LEDGER))
    for level, tile, at in places:
        query = "SELECT hashes FROM tiles WHERE level = ? AND tile = ?"
        found: Any = connection.execute(query, (level, tile)).fetchall()[0][0]
        hashes = bytearray(found)
        hashes[at] ^= 1
        query = "UPDATE tiles SET hashes = ? WHERE level = ? AND tile = ?"
        connection.execute(query, (bytes(hashes), level, tile))
    connection.close()


def forge(log: MemoryLog, revision: int) -> None:
    """Put another event in the place of one, as somebody can who has the seal key."""
    stored = log._entries[0][revision - 1]
    sealed = CODEC.seal(
        "kursk", "x", source_subject("x"), SourceGraded(reliability="A"), "desk", bytes(16)
    )
    time = stored.header.partition(b'"recorded_at":"')[2][:27].decode()
    header = header_bytes("kursk", revision, time, sealed.tail)
    log._entries[0][revision - 1] = stored._replace(
        header=header, salt=sealed.salt, data=sealed.data
    )


def is_sound(ledger: Ledger, heads: SignedHeads) -> bool:
    """Whether the ledger holds what is signed, and proves it to whoever asks."""
    head = heads.head("kursk")
    assert head is not None
    proofs = LedgerProofs(ledger, "kursk", head.head)
    try:
        for revision in (1, 256, 257, head.size):
            proofs.inclusion(revision, head.size)
    except (Damaged, Lagging):
        return False
    return ledger.held("kursk") == head.size


@pytest.mark.parametrize(
    "places",
    [
        [(0, 0, 40)],
        [(0, 0, 8_191)],
        [(0, 1, 3)],
        [(1, 0, 5)],
        [(0, 0, 0), (0, 1, 0), (1, 0, 0)],
    ],
    ids=lambda places: "+".join(f"{level}/{tile}" for level, tile, _ in places),
)
@pytest.mark.parametrize("at_rest", [True, False])
async def test_a_changed_hash_is_no_alarm(
    tmp_path: Path, log: Faulty, places: list[tuple[int, int, int]], at_rest: bool
) -> None:
    """Whichever hash of the ledger is another one while the log is whole, nothing is alarmed: the
    timeline is read again once, what is proved then leads to the signed root, and what comes is
    signed."""
    await sign(tmp_path, log)
    if at_rest:
        change(tmp_path, *places)
    with capture_logs() as told:
        async with signing(tmp_path, log, [TIME]) as scene:
            ledger = scene.keeper._ledger
            await until(lambda: scene.signer.judge.examiner.is_whole)
            if not at_rest:
                change(tmp_path, *places)
            await scene.record("more")
            assert await scene.heads.covered("kursk", COUNT + 1, 10) == COUNT + 1
            if not is_sound(ledger, scene.heads):
                await until(lambda: is_sound(ledger, scene.heads))
            assert dict(scene.heads.alarms) == {}
    said = [line["event"] for line in told if line.get("log_level") in ("error", "critical")]
    assert said == ["the ledger is damaged: it is built again"]


async def test_the_ledger_names_the_revision_where_it_proves_it(
    tmp_path: Path, log: Faulty
) -> None:
    """Another event in a place whose leaf is under the signed root is the first bad revision,
    though the ledger is damaged elsewhere; where it proves nothing, the root alone shows it."""
    await sign(tmp_path, log)
    change(tmp_path, (0, 0, 0))
    forge(log, 290)
    async with signing(tmp_path, log, [TIME]) as scene:
        assert await scene.heads.covered("kursk", COUNT + 1, 10) is None
        assert scene.heads.alarms["kursk"].revision == 290
    change(tmp_path, (1, 0, 0))
    async with signing(tmp_path, log, [TIME]) as scene:
        assert await scene.heads.covered("kursk", COUNT + 1, 10) is None
        assert (
            scene.heads.alarms["kursk"].reason
            == f"or one of the first {COUNT} is not what was signed"
        )
        assert scene.keeper._ledger.size("kursk") == COUNT


@pytest.mark.parametrize("is_forged", [False, True])
async def test_a_lost_ledger_is_held_against_what_is_signed(
    tmp_path: Path, log: Faulty, is_forged: bool
) -> None:
    """Built again from a whole log it is healed, reported once, and what was set aside is removed;
    from one that was tampered with that is an alarm, and stays beside it."""
    await sign(tmp_path, log)
    (tmp_path / LEDGER).write_bytes(b"nonsense" * 1_000)
    if is_forged:
        forge(log, 290)
    with capture_logs() as told:
        async with signing(tmp_path, log, [TIME]) as scene:
            if is_forged:
                assert await scene.heads.covered("kursk", COUNT + 1, 10) is None
            else:
                await until(lambda: not (tmp_path / ASIDE).exists())
                assert is_sound(scene.keeper._ledger, scene.heads)
            assert set(scene.heads.alarms) == ({"kursk"} if is_forged else set())
    said = [line["event"] for line in told if "ledger" in line["event"]]
    assert said[0].startswith("the ledger is damaged (file is not a database)")
    assert len(said) == (1 if is_forged else 2)


@pytest.mark.parametrize("is_forged", [False, True])
async def test_what_was_signed_last_is_not_forgotten_with_the_end_of_its_file(
    tmp_path: Path, log: Faulty, is_forged: bool
) -> None:
    """Where the file of signed heads is cut short, the ledger still knows what was signed: the log
    is held against that, reported once, and signed again; another event below it is an alarm."""
    await sign(tmp_path, log)
    path = tmp_path / SIGNED
    path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n")
    if is_forged:
        forge(log, 290)
    with capture_logs() as told:
        async with signing(tmp_path, log, [TIME]) as scene:
            assert scene.heads.head("kursk") is None
            size = await scene.heads.covered("kursk", COUNT, 10)
            assert size == (None if is_forged else COUNT)
            found = {f.revision for f in scene.heads.alarms.values()}
            assert found == ({290} if is_forged else set())
    assert [line["event"][:23] for line in told].count("not all that was signed") == 1
    if not is_forged:
        async with signing(tmp_path, log, [TIME]) as scene:
            assert scene.heads.head("kursk") is not None
            assert list(scene.signer.judge.trust.ahead) == []


@asynccontextmanager
async def witnessing(folder: Path, log: MemoryLog) -> AsyncIterator[tuple[SignedHeads, Ledger]]:
    ledger = Ledger.open(folder, ALONE)
    heads = SignedHeads(SignedState.load(folder, ALONE.id, SEEN), "no more is shown")
    keeper = LedgerWriter(log, ledger)
    witness = Witness(log, CODEC, ledger, heads, 3600.0, lambda: TIME)
    tasks = {asyncio.create_task(part.run()) for part in (keeper, witness)}
    try:
        async with asyncio.timeout(20):
            await keeper.caught_up[0].wait()
            yield heads, ledger
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        ledger.close()


async def test_a_witness_asks_the_log_before_it_blames_the_signer(
    tmp_path: Path, log: Faulty
) -> None:
    """A true head is shown though our own ledger, which was never held against any, is damaged; a
    false one is still an alarm."""
    async with witnessing(tmp_path, log):
        pass
    change(tmp_path, (0, 1, 0))
    tree = Frontier()
    for stored in await entries(log):
        tree.append(leaf_hash(stored.header))
    assert await root_in_log(log, "kursk", COUNT) == tree.root()
    assert await root_in_log(log, "kursk", COUNT + 1) is None
    async with witnessing(tmp_path, log) as (heads, ledger):
        await log.publish(0, {"kursk": sealed(COUNT, tree.root())})
        assert await heads.covered("kursk", COUNT, 10) == COUNT
        await until(lambda: is_sound(ledger, heads))
        assert dict(heads.alarms) == {}
        await log.publish(0, {"kursk": sealed(COUNT, bytes(32))})
        assert await heads.covered("kursk", COUNT + 1, 10) is None
        assert heads.alarms["kursk"].revision == 1


def sealed(size: int, root: bytes) -> bytes:
    note = sign_note(SignedCheckpoint(KEY.verifier.name, size, root).text(), [KEY])
    return seal_publication(CODEC, "kursk", Publication(note, (str(KEY.verifier),)))

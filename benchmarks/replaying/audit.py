"""How fast an audit is, compared with the least that the same work takes, in the same run.

    python -m benchmarks.replaying.audit [--events 60000]

One generated timeline is bundled, verified and replayed; the peers are reading the compressed bytes
without checks, and the fold of a rebuild. Then a service records as many statements, and its
timeline is bundled and verified over HTTP; the peer is reading the lines without checks.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from benchmarks.harness.made_events import CODEC, TIMELINE, stored_events
from benchmarks.harness.requests import ARRAY, statement
from events.audit.line import cut
from events.event.envelope import line_of
from events.log.contract import Identity
from events.tlog.checkpoint import SignedCheckpoint
from events.tlog.merkle import Frontier, leaf_hash
from events.tlog.note import SignerKey, VerifierKey, sign_note
from projections.fold.fold import Fold
from projections.replay import replaying
from projections.storage.store import Store
from service.cli.auditing.bundle import Bundling
from service.cli.output import Output
from service.client import Client
from service.clock import now
from service.verifier.bundle import audit_bundle, contents_of, lines_of, writing_bundle
from service.verifier.remote import audit_timeline
from service.verifier.report import Report
from tests.serving import Service, running

BATCH = 2_000
SIGNER = SignerKey(f"onrecord.local/timelines/{TIMELINE}", bytes(range(32)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=60_000)
    events = parser.parse_args().events
    table = Table("what", "events/s", "peer", "events/s", "ratio", title=f"{events:,} events")

    def add(what: str, seconds: float, peer: str, least: float) -> None:
        rates = (events / seconds, events / least)
        table.add_row(what, f"{rates[0]:,.0f}", peer, f"{rates[1]:,.0f}", f"{least / seconds:.2f}")

    with tempfile.TemporaryDirectory() as folder:
        _offline(Path(folder), events, add)
        asyncio.run(_online(Path(folder), events, add))
    Console().print(table)


def _timed(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _offline(folder: Path, events: int, add: Callable[[str, float, str, float], None]) -> None:
    lines = [line_of(stored) for stored in stored_events(events)]
    tree = Frontier()
    for line in lines:
        tree.append(leaf_hash(cut(line).leaf))
    checkpoint = SignedCheckpoint(SIGNER.verifier.name, tree.size, tree.root())
    note = sign_note(checkpoint.text(), [SIGNER]).encode()
    path = folder / "bundle.tar.gz"

    def write() -> None:
        with writing_bundle(path, TIMELINE, events, note, b"") as file:
            for line in lines:
                file.write(line + b"\n")

    def verify() -> None:
        contents = contents_of(path)[TIMELINE]
        *_, report = audit_bundle(path, TIMELINE, contents, [SIGNER.verifier])
        assert isinstance(report, Report)
        assert report.outcome == "verified", report

    def replay() -> None:
        with replaying(TIMELINE, {}) as folding:
            for line in lines_of(path, TIMELINE):
                folding.add(cut(line))
            folding.finish()

    written = _timed(write)
    read = _timed(lambda: sum(1 for _ in lines_of(path, TIMELINE)))
    add("bundle, written", written, "unpacked alone", read)
    add("bundle, verified", _timed(verify), "unpacked alone", read)
    rebuilt = _fold(folder / "fold", events)
    add("replay of a bundle", _timed(replay), "fold of a rebuild", rebuilt)


def _fold(folder: Path, events: int) -> float:
    entries = list(stored_events(events))
    store = Store.open(folder, Identity("benchmark", 1))
    fold = Fold(store.writer, CODEC, 1)
    begun = perf_counter()
    for start in range(0, events, BATCH):
        with store.transaction():
            fold.fold(0, entries[start : start + BATCH])
    seconds = perf_counter() - begun
    store.close()
    return seconds


async def _online(folder: Path, events: int, add: Callable[[str, float, str, float], None]) -> None:
    with running(folder) as service:
        vkey = await asyncio.to_thread(_record, service, events)
        async with Client.create(service.url, key=service.key) as client:

            async def read() -> None:
                async with client.event_lines(TIMELINE) as found, aclosing(found.lines) as lines:
                    async for _ in lines:
                        pass

            async def verify() -> None:
                report = await audit_timeline(client, TIMELINE, [vkey], (), lambda *_: None, now)
                assert report.outcome == "verified", report

            async def bundle() -> None:
                output = Output.create(as_json=True)
                await Bundling(client, TIMELINE, folder / "served.tar.gz", output).run()

            least = 0.0
            for what, work in (
                ("", read),
                ("server, verified", verify),
                ("server, bundled", bundle),
            ):
                begun = perf_counter()
                await work()
                seconds = perf_counter() - begun
                if what:
                    add(what, seconds, "lines read alone", least)
                least = least or seconds


def _record(service: Service, events: int) -> VerifierKey:
    """Record this many events, the opening included. Returns the timeline's key once all are
    signed."""
    at = f"/v1/timelines/{TIMELINE}"
    with service.client(timeout=60) as client:
        client.put(at, json={"title": "Load"}).raise_for_status()
        for start in range(1, events, ARRAY):
            body = [statement(number) for number in range(start, min(events, start + ARRAY))]
            client.post(f"{at}/statements", json=body).raise_for_status()
        while True:
            note = client.get(f"{at}/checkpoint").text.split("\n")
            if len(note) > 1 and note[1] == str(events):
                return VerifierKey.parse(client.get(f"{at}/keys").text.split("\n")[0])


if __name__ == "__main__":
    main()

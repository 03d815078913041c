"""What the tests of removing from a real server share: a log with text that is to go."""

from __future__ import annotations

from pathlib import Path

from events.event.envelope import StoredEvent
from events.log.contract import Removal
from events.log.redis import RedisLog, open_redis_log
from tests.seals import CODEC, append_of, audit, entries, retracted
from tests.servers import ValkeyServer

SECRET = "Zyxwvut"
LOG = "onrecord:{0}:log"


def in_files(folder: Path) -> bool:
    return any(
        SECRET.encode() in path.read_bytes() for path in (folder / "appendonlydir").iterdir()
    )


async def log_with_secrets(server: ValkeyServer, url: str = "") -> tuple[RedisLog, list[Removal]]:
    """A log with two timelines; of one of them two events are to lose their text."""
    log = await open_redis_log(url or server.url)
    for n in range(7):
        for name in ("kursk", "other"):
            told = SECRET if (name, n) in (("kursk", 1), ("kursk", 4)) else "plain"
            await log.append(append_of(retracted(f"e{n}", f"s{n}", told, name), timeline=name))
    stored = await entries(log)
    gone = [each for each in stored if SECRET.encode() in (each.data or b"")]
    assert len(gone) == 2
    headers = [CODEC.open(each).header for each in gone]
    return log, [
        Removal(each.position, "kursk", header.id, 9)
        for each, header in zip(gone, headers, strict=True)
    ]


async def made_good(
    server: ValkeyServer, before: list[StoredEvent], removals: list[Removal]
) -> None:
    log = await open_redis_log(server.url)
    await log.append(append_of(retracted("late", "late", "plain", "kursk"), timeline="kursk"))
    left = [r for r in removals if (await log.fetch(0, [r.position]))[0].data is not None]
    await log.remove(0, left)
    after = await entries(log)
    gone = {removal.position for removal in removals}
    assert [each.header for each in after[:-1]] == [each.header for each in before]
    assert [each for each in after[:-1] if each.position not in gone] == [
        each for each in before if each.position not in gone
    ]
    assert all((after[p - 1].data, after[p - 1].redacted) == (None, 9) for p in gone)
    assert len(after) == len(before) + 1
    assert not in_files(server.folder)
    await audit(log)
    await log.close()

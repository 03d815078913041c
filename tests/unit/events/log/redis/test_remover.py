"""A removal at servers in states that no real one can be brought into when a test wants it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from events.errors import CorruptEvent, LogReplaced, LogUnavailable, NoSpaceToRemove
from events.log.contract import Removal
from events.log.redis import remover as module
from events.log.redis.driver.driver import RedisDriver
from events.log.redis.driver.translation import ErrorReply
from events.log.redis.layout import GONE, Keys
from events.log.redis.remover import Remover

LOG = "o:{3}:log"
IDS = "o:{3}:kursk:ids"
IDLE = {
    "run_id": "one",
    "used_memory": "600",
    "maxmemory": "0",
    "total_system_memory": "10000",
    "lazyfree_pending_objects": "0",
    "aof_enabled": "1",
    "aof_rewrite_in_progress": "0",
    "aof_rewrite_scheduled": "0",
    "aof_last_bgrewrite_status": "ok",
}
REMOVAL = Removal(7, "kursk", "e1", 9)

Answer = Callable[..., Any]


class Server:
    """Says of itself what `told` holds, the last of it for ever; answers other commands by their
    name. `sent` is what it was sent, without the questions about itself."""

    def __init__(self, *told: Mapping[str, str], **answers: Answer) -> None:
        self.sent: list[tuple[Any, ...]] = []
        self.looks = 0
        self._told = [{**IDLE, **one} for one in told] or [IDLE]
        self.untold: set[str] = set()
        self._answers = answers

    async def send(self, *command: Any) -> Any:
        self.sent.append(command)
        answer = self._answers.get(str(command[0]))
        return answer(*command[1:]) if answer else None

    ask = send

    async def send_in_turn(self, key: str, *commands: tuple[Any, ...]) -> list[Any]:
        assert key == LOG, "the server that has the partition"
        if commands == (("INFO", "server", "memory", "persistence"),):
            told = self._told[min(self.looks, len(self._told) - 1)]
            self.looks += 1
            lines = (f"{k}:{value}\r\n" for k, value in told.items() if k not in self.untold)
            return ["".join(lines).encode()]
        return [await self.send(*command) for command in commands]

    def remover(self) -> Remover:
        return Remover(cast("RedisDriver", self), Keys("o:"), b"mark", 3)

    def names(self) -> list[str]:
        return [str(command[0]) for command in self.sent]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAUSE", 0)


def failing(answer: str) -> Answer:
    def fail(*_: Any) -> Any:
        raise ErrorReply(answer)

    return fail


async def test_the_steps_of_a_removal() -> None:
    """The old copy goes first; then room, receipts, the exchange to its end, the files."""
    steps = iter([[b"50", b"0"], [b"70", b"1"]])
    server = Server(HGET=lambda *_: b"4:abc", EVALSHA=lambda *_: next(steps))
    await server.remover().remove([REMOVAL])
    unlink, usage, receipt, blank, first, last, written = server.sent
    assert unlink == ("UNLINK", f"{LOG}:copy")
    assert usage == ("MEMORY", "USAGE", LOG)
    assert (receipt, blank) == (("HGET", IDS, "e1"), ("HSET", IDS, "e1", "4:"))
    keys = (LOG, f"{LOG}:copy", "o:{3}:revisions", f"{LOG}:before")
    packed = b"\x81\xa17\xa19"
    for call, after in ((first, 0), (last, 50)):
        assert call == ("EVALSHA", module._SHA1, 4, *keys, b"mark", after, 50, packed, 1, 262_144)
    assert written == ("BGREWRITEAOF",)


async def test_with_nothing_to_remove_the_files_are_written() -> None:
    """They may hold what a removal before this one took out of memory."""
    server = Server()
    await server.remover().remove([])
    assert server.names() == ["UNLINK", "BGREWRITEAOF"]


@pytest.mark.parametrize("receipt", [None, b"4:"])
async def test_only_a_receipt_that_tells_something_is_blanked(receipt: bytes | None) -> None:
    """An id that is not there is not made, and one that says nothing is left as it is."""
    server = Server(HGET=lambda *_: receipt, EVALSHA=lambda *_: [b"7", b"1"])
    await server.remover().remove([REMOVAL])
    assert server.names() == ["UNLINK", "MEMORY", "HGET", "EVALSHA", "BGREWRITEAOF"]


async def test_a_server_that_does_not_know_the_script_is_given_it() -> None:
    """With the same arguments, once a call."""
    server = Server(EVALSHA=failing("NOSCRIPT No matching script."), EVAL=lambda *_: [b"7", b"1"])
    await server.remover().remove([REMOVAL])
    by_name, whole = server.sent[3:5]
    assert (whole[0], whole[1], whole[2:]) == ("EVAL", module._SCRIPT, by_name[2:])


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        ("REPLACED", LogReplaced, GONE),
        (
            "OOM command not allowed",
            NoSpaceToRemove,
            "The server's memory is full: give it more, to remove what was redacted.",
        ),
        ("DAMAGED 12 at its end", CorruptEvent, "is not where the copy of the log ends"),
        ("BUSY a script", LogUnavailable, "The server does not remove: "),
    ],
)
@pytest.mark.parametrize("known", [True, False])
async def test_what_the_server_refuses_is_reported(
    answer: str, error: type[Exception], message: str, known: bool
) -> None:
    """Each refusal is an error of its own, whether the script was known or had to be sent; the
    files are not touched, and a full server is left no copy."""
    name = "EVALSHA" if known else "EVAL"
    given = {"EVALSHA": failing("NOSCRIPT"), name: failing(answer)}
    server = Server(**given)
    with pytest.raises(error) as caught:
        await server.remover().remove([REMOVAL])
    assert type(caught.value) is error
    assert message in str(caught.value)
    if isinstance(caught.value, CorruptEvent):
        assert (caught.value.position, caught.value.reason) == (12, message)
    elif error is LogUnavailable:
        assert answer in str(caught.value)
    else:
        assert str(caught.value) == message
    full = error is NoSpaceToRemove
    assert server.sent.count(("UNLINK", f"{LOG}:copy")) == 1 + full
    assert "BGREWRITEAOF" not in server.names()


@pytest.mark.parametrize(
    ("told", "size", "has"),
    [
        ({"maxmemory": "1000"}, 400, None),
        ({"maxmemory": "1000"}, 401, "1,001 bytes of memory for a while, and has 1,000:"),
        ({"total_system_memory": "2000"}, 1200, None),
        (
            {"total_system_memory": "2000"},
            1201,
            "1,801 bytes of memory for a while, and has 1,800:",
        ),
        ({"total_system_memory": "0"}, 10**9, None),
        ({"used_memory": "1001", "maxmemory": "1000"}, None, "needs 1,001 bytes"),
    ],
)
async def test_a_log_that_would_not_fit_twice_is_left(
    told: dict[str, str], size: int | None, has: str | None
) -> None:
    """Room is what the operator allows, and nine tenths of the machine; where a server says
    neither, it is tried. Nothing is touched where there is none."""
    server = Server(told, MEMORY=lambda *_: size, EVALSHA=lambda *_: [b"7", b"1"])
    if has is None:
        await server.remover().remove([REMOVAL])
        return
    with pytest.raises(NoSpaceToRemove) as caught:
        await server.remover().remove([REMOVAL])
    assert has in str(caught.value)
    assert server.names() == ["UNLINK", "MEMORY"]


@pytest.mark.parametrize(
    ("untold", "told", "size"),
    [
        ({"maxmemory", "total_system_memory"}, {}, 10**9),
        ({"used_memory"}, {"maxmemory": "400"}, 400),
        ({"used_memory"}, {}, None),
    ],
)
async def test_what_a_server_does_not_tell_is_in_nobody_s_way(
    untold: set[str], told: dict[str, str], size: int | None
) -> None:
    """Not every server says how much memory it may use, or the machine has."""
    server = Server(told, MEMORY=lambda *_: size, EVALSHA=lambda *_: [b"7", b"1"])
    server.untold = untold
    await server.remover().remove([REMOVAL])
    assert server.names()[-1] == "BGREWRITEAOF"


async def test_what_was_unlinked_is_waited_for_before_there_is_room() -> None:
    """A server frees an old copy beside its work: until then its memory is not to be believed."""
    pending = {"lazyfree_pending_objects": "1", "used_memory": "9999"}
    server = Server(pending, pending, {}, EVALSHA=lambda *_: [b"7", b"1"])
    await server.remover().remove([REMOVAL])
    assert server.looks == 5


@pytest.mark.parametrize("busy", ["aof_rewrite_in_progress", "aof_rewrite_scheduled"])
async def test_the_files_are_waited_for(busy: str) -> None:
    """A rewrite that is under way began before the removal, so that another must follow it; and
    the removal is done when that one has ended."""
    server = Server({busy: "1"}, {}, {busy: "1"}, {busy: "1"}, {})
    await server.remover().remove([])
    assert server.looks == 5
    assert server.names() == ["UNLINK", "BGREWRITEAOF"]


async def test_a_server_without_files_is_asked_for_none() -> None:
    """Where nothing is written, nothing has to be written again."""
    server = Server({"aof_enabled": "0"})
    await server.remover().remove([])
    assert (server.names(), server.looks) == (["UNLINK"], 1)


@pytest.mark.parametrize("after", [{"aof_last_bgrewrite_status": "err"}, {"run_id": "two"}])
async def test_files_that_were_not_written_are_no_success(after: dict[str, str]) -> None:
    """A rewrite that failed, or of which a server that was started again knows nothing."""
    with pytest.raises(LogUnavailable) as caught:
        await Server({}, after).remover().remove([])
    assert str(caught.value) == "The server could not rewrite its append-only file."

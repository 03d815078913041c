"""The signer's state: the last signed head of each timeline (`service.datafolder.head_file`), and
the alarms that no operator has resolved. They are two files in the data folder, independent of
Redis and of the read model. Neither can be rebuilt, so the report of a fault says what to do.

`signed.json` is made with the log. If it is missing while there are a key and events, somebody has
removed it, and nothing is signed. `alarms.json` stays until an operator removes it. A service
without the key stores the signed heads that it has seen in `seen.json`, which starts empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from events.audit.examination import Finding
from events.errors import LogError
from events.log.contract import Log
from service.datafolder.durable_file import advice_on_reading, read_file, write_whole
from service.datafolder.head_file import DamagedHeadFile, HeadFile, SignedHead

__all__ = [
    "ALARMS",
    "SEEN",
    "SIGNED",
    "SignedHead",
    "SignedState",
    "SignedStateError",
    "load_heads",
    "load_signed_state",
]

SIGNED: Final = "signed.json"
SEEN: Final = "seen.json"
ALARMS: Final = "alarms.json"


_ADVICE: Final = {
    SIGNED: "It says what was signed: put it back from a backup. Without a backup, "
    "see docs/operations.md (The audit).",
    SEEN: "It says what this service has seen signed: put it back from a backup. Without a "
    "backup, move it away: the service then begins with what it sees published.",
    ALARMS: "Note what can still be read of it and move it away: at the next start the whole log "
    "is looked at again, and an alarm comes back if anything still differs.",
}


class SignedStateError(LogError):
    """The signer's state cannot be read or written."""


class _Alarm(msgspec.Struct, frozen=True):
    revision: int
    reason: str


_alarms = msgspec.json.Decoder(dict[str, _Alarm])
_encode = msgspec.json.Encoder(order="sorted").encode


class SignedState:
    """The files in `folder` for one log; `name` is the file of heads. `is_lost` is true if the
    state is missing though it must exist, or is another log's."""

    def __init__(self, folder: Path, log: str, name: str = SIGNED) -> None:
        self._folder = folder
        self._file = HeadFile(folder / name, log)
        self.is_lost = False
        self.alarms: Mapping[str, Finding] = {}

    @property
    def heads(self) -> Mapping[str, SignedHead]:
        """The last signed head of each timeline."""
        return self._file.heads

    @classmethod
    def begin(cls, folder: Path, log: str) -> None:
        """Create the state of a new log, of which nothing is signed yet. Raises
        SignedStateError."""
        with _write_errors(folder / SIGNED):
            HeadFile(folder / SIGNED, log).rewrite({})

    @classmethod
    def load(cls, folder: Path, log: str, name: str = SIGNED) -> SignedState:
        """Load the state in the folder. Raises SignedStateError if a file is damaged."""
        state = cls(folder, log, name)
        file = _load(folder / name)
        state.is_lost = name == SIGNED if file is None else file.log != log
        if file is not None and not state.is_lost:
            state._file = file
        state.alarms = _load_alarms(folder / ALARMS)
        return state

    def sign(self, heads: Mapping[str, SignedHead]) -> None:
        """Store further heads durably. If it raises SignedStateError, nothing was stored."""
        with _write_errors(self._file.path):
            self._file.add(heads)

    def alarm(self, findings: Mapping[str, Finding]) -> None:
        """Store further alarms durably; only the first one of a timeline counts. Raises
        SignedStateError."""
        merged = {**findings, **self.alarms}
        kept = {name: _Alarm(f.revision, f.reason) for name, f in merged.items()}
        self.alarms = merged
        with _write_errors(self._folder / ALARMS):
            write_whole(self._folder / ALARMS, _encode(kept))


def load_heads(folder: Path) -> tuple[Mapping[str, SignedHead], Mapping[str, Finding]]:
    """The heads and the alarms in the folder, whichever log they belong to. Raises
    SignedStateError, also if there is no state."""
    file = _load(folder / SIGNED)
    if file is None:
        raise SignedStateError(f"{folder / SIGNED} is missing: put it back from a backup.")
    return file.heads, _load_alarms(folder / ALARMS)


async def load_signed_state(folder: Path, log: Log) -> SignedState:
    """Load the signer's state of the log. If there is none and the log is empty, it is created,
    because a crash may have prevented that when the log was created. Raises SignedStateError,
    LogUnavailable."""
    state = SignedState.load(folder, log.identity.id)
    if not state.is_lost or (folder / SIGNED).exists():
        return state
    for partition in range(log.identity.partitions):
        if await log.head(partition):
            return state
    SignedState.begin(folder, log.identity.id)
    return SignedState.load(folder, log.identity.id)


def _load(path: Path) -> HeadFile | None:
    try:
        return HeadFile.load(path)
    except OSError as error:
        advice = advice_on_reading(error, _ADVICE[path.name])
        raise SignedStateError(f"{path} cannot be read: {error.strerror}. {advice}") from error
    except DamagedHeadFile as error:
        raise SignedStateError(f"{path} is damaged: {error}. {_ADVICE[path.name]}") from error


def _load_alarms(path: Path) -> Mapping[str, Finding]:
    try:
        content = read_file(path)
        kept = {} if content is None else _alarms.decode(content)
    except OSError as error:
        raise SignedStateError(
            f"{path} cannot be read: {error.strerror}. {advice_on_reading(error, _ADVICE[ALARMS])}"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SignedStateError(f"{path} is damaged: {error}. {_ADVICE[ALARMS]}") from error
    return {name: Finding(name, alarm.revision, alarm.reason) for name, alarm in kept.items()}


@contextmanager
def _write_errors(path: Path) -> Iterator[None]:
    """Raise SignedStateError if the file cannot be written."""
    try:
        yield
    except OSError as error:
        raise SignedStateError(f"{path} cannot be written: {error.strerror}.") from error

"""What the signer must never forget: the last head that it signed of each timeline, and the alarms
that nobody has dealt with. Two files in the data folder, outside Redis and outside the read model.

`signed.json` is made with the log. Where it is missing beside a key and events, somebody removed
it: then nothing is signed. `alarms.json` stays until an operator removes it. A service without the
key keeps in `seen.json` what it has seen signed; it begins with nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from events.errors import LogError
from events.examination import Finding, Head
from events.log import Log
from service.durable_file import write_whole

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


class SignedStateError(LogError):
    """The signer's state cannot be read or written."""


class SignedHead(msgspec.Struct, frozen=True):
    """A head that was signed: the root in hex, the whole signed note, and the keys that it is
    verified with, the current one first."""

    size: int
    root: str
    note: str
    keys: tuple[str, ...]

    @property
    def head(self) -> Head:
        return Head(self.size, bytes.fromhex(self.root))


class _Signed(msgspec.Struct, frozen=True):
    log: str
    timelines: dict[str, SignedHead]


class _Alarm(msgspec.Struct, frozen=True):
    revision: int
    reason: str


_signed = msgspec.json.Decoder(_Signed)
_alarms = msgspec.json.Decoder(dict[str, _Alarm])
_encode = msgspec.json.Encoder(order="sorted").encode


class SignedState:
    """The files in `folder`, for the log of that identity; `name` is that of the heads'.
    `is_lost`: the state that must be there is not, or is another log's."""

    def __init__(self, folder: Path, log: str, name: str = SIGNED) -> None:
        self._folder = folder
        self._log = log
        self._name = name
        self.is_lost = False
        self.heads: Mapping[str, SignedHead] = {}
        self.alarms: Mapping[str, Finding] = {}

    @classmethod
    def begin(cls, folder: Path, log: str) -> None:
        """The state of a log that was made just now: nothing is signed yet. Raises
        SignedStateError."""
        cls(folder, log).sign({})

    @classmethod
    def load(cls, folder: Path, log: str, name: str = SIGNED) -> SignedState:
        """What is in the folder. Raises SignedStateError where a file is damaged."""
        state = cls(folder, log, name)
        try:
            signed = _read(folder / name)
            state.is_lost = signed is None and name == SIGNED
            if signed is not None:
                kept = _signed.decode(signed)
                state.is_lost = kept.log != log
                state.heads = {} if state.is_lost else kept.timelines
            alarms = _alarms.decode(_read(folder / ALARMS) or b"{}")
        except msgspec.DecodeError as error:
            raise SignedStateError(
                f"{folder / name} or {ALARMS} beside it is damaged ({error}). Put it back from a "
                "backup: it says what was signed."
            ) from error
        state.alarms = {name: Finding(name, *_fields(alarm)) for name, alarm in alarms.items()}
        return state

    def sign(self, heads: Mapping[str, SignedHead]) -> None:
        """Keep further heads, durably. Raises SignedStateError; then nothing was kept."""
        merged = {**self.heads, **heads}
        self._write(self._name, _encode(_Signed(self._log, merged)))
        self.heads = merged

    def alarm(self, findings: Mapping[str, Finding]) -> None:
        """Keep further alarms, durably; the first of a timeline stays. Raises
        SignedStateError."""
        merged = {**findings, **self.alarms}
        kept = {name: _Alarm(f.revision, f.reason) for name, f in merged.items()}
        self.alarms = merged
        self._write(ALARMS, _encode(kept))

    def _write(self, name: str, content: bytes) -> None:
        try:
            write_whole(self._folder / name, content)
        except OSError as error:
            reason = f"{self._folder / name} cannot be written: {error.strerror}."
            raise SignedStateError(reason) from error


def load_heads(folder: Path) -> tuple[Mapping[str, SignedHead], Mapping[str, Finding]]:
    """The heads and the alarms in the folder, of whichever log. Raises SignedStateError, also where
    there is no state."""
    signed = _read(folder / SIGNED)
    if signed is None:
        raise SignedStateError(f"{folder / SIGNED} is missing: put it back from a backup.")
    try:
        log = _signed.decode(signed).log
    except msgspec.DecodeError as error:
        raise SignedStateError(f"{folder / SIGNED} is damaged ({error}).") from error
    state = SignedState.load(folder, log)
    return state.heads, state.alarms


async def load_signed_state(folder: Path, log: Log) -> SignedState:
    """The signer's state of the log. Where there is none and the log is empty, a crash kept it from
    being made with the log. Raises SignedStateError, LogUnavailable."""
    state = SignedState.load(folder, log.identity.id)
    if not state.is_lost or (folder / SIGNED).exists():
        return state
    for partition in range(log.identity.partitions):
        if await log.head(partition):
            return state
    SignedState.begin(folder, log.identity.id)
    return SignedState.load(folder, log.identity.id)


def _fields(alarm: _Alarm) -> tuple[int, str]:
    return alarm.revision, alarm.reason


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SignedStateError(f"{path} cannot be read: {error.strerror}.") from error

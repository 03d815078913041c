"""The sessions that were ended before their time: `sessions.json` has them until that time, so that
none of them counts again after a restart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
import structlog

from service.clock import Clock
from service.datafolder.durable_file import write_whole

__all__ = ["ENDED_SESSIONS", "EndedSessions"]

ENDED_SESSIONS: Final = "sessions.json"

_log = structlog.get_logger("onrecord.access")
_decode: Final = msgspec.json.Decoder(dict[str, int]).decode


class EndedSessions:
    """The ids of sessions, each with the time at which it would have ended by itself, in
    microseconds since 1970."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Read the file. One that cannot be read is reported, and replaced at the next change."""
        self._path = folder / ENDED_SESSIONS
        self._clock = clock
        self._ended: dict[str, int] = {}
        try:
            self._ended = _decode(self._path.read_bytes())
        except FileNotFoundError:
            pass
        except (OSError, msgspec.DecodeError) as error:
            _log.error("sessions that were ended may count again", reason=str(error))

    @property
    def all(self) -> Mapping[str, int]:
        return self._ended

    def add(self, ended: Mapping[str, int]) -> None:
        """Keep that these sessions have ended. If the disk does not take it, that is reported, and
        it holds until the service is started again."""
        now = self._clock()
        kept = {id_: end for id_, end in self._ended.items() if end > now}
        self._ended = kept | {**ended}
        try:
            write_whole(self._path, msgspec.json.encode(self._ended))
        except OSError as error:
            _log.error("that a session has ended is not kept", reason=str(error))

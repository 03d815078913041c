"""The sessions that were ended early. `sessions.json` has them until they would have ended by
themselves, so that none of them becomes valid again after a restart."""

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
    """The ids of ended sessions, each with the time at which it would have ended by itself, in
    microseconds since 1970."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Read the file. An unreadable file is reported, and replaced at the next change."""
        self._path = folder / ENDED_SESSIONS
        self._clock = clock
        self._ended: dict[str, int] = {}
        try:
            self._ended = _decode(self._path.read_bytes())
        except FileNotFoundError:
            pass
        except (OSError, msgspec.DecodeError) as error:
            _log.error("sessions that were ended may become valid again", reason=str(error))

    @property
    def all(self) -> Mapping[str, int]:
        return self._ended

    def add(self, ended: Mapping[str, int]) -> None:
        """Store that these sessions have ended. If the disk fails, that is reported, and the ends
        are remembered until the service restarts."""
        now = self._clock()
        kept = {id_: end for id_, end in self._ended.items() if end > now}
        self._ended = kept | {**ended}
        try:
            write_whole(self._path, msgspec.json.encode(self._ended))
        except OSError as error:
            _log.error("the end of a session is not stored", reason=str(error))

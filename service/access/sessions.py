"""Sessions: how a browser stays signed in, and the codes by which it signs in once.

A session is a cookie with the service's stamp. There is no list of open sessions, so any worker can
read them, and none is lost with a worker. Only sessions that were ended early are remembered, until
they would have ended by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct

from events.errors import Unauthenticated
from service.access.stamp import Stamp
from service.clock import Clock, Randomness

__all__ = ["SESSION_COOKIE", "SESSION_SECONDS", "Session", "Sessions", "SignInCode", "value_of"]

SESSION_COOKIE: Final = "onrecord_session"
SESSION_SECONDS: Final = 12 * 3_600
_CODE_SECONDS: Final = 600
_SECOND: Final = 1_000_000


class Session(Struct, frozen=True, array_like=True):
    """Somebody who signed in with the key of the id `key`, or as the person of the address `person`
    with these groups. It ends at `until`, in microseconds since 1970."""

    id: str
    until: int
    key: str = ""
    person: str = ""
    groups: tuple[str, ...] = ()


class SignInCode(Struct, frozen=True, array_like=True):
    """A code that signs in with the key whose id is `key`, once and before `until`."""

    id: str
    until: int
    key: str


_encode: Final = msgspec.msgpack.Encoder().encode
_session: Final = msgspec.msgpack.Decoder(Session)
_code: Final = msgspec.msgpack.Decoder(SignInCode)


class Sessions:
    """Opens sessions and reads them. `ended` maps sessions that were ended early to the time at
    which they would have ended by themselves."""

    def __init__(self, seal_key: bytes, clock: Clock, chance: Randomness) -> None:
        self._stamp = Stamp(seal_key, "session")
        self._codes = Stamp(seal_key, "sign-in")
        self._clock = clock
        self._chance = chance
        self.ended: dict[str, int] = {}

    def open(self, *, key: str = "", person: str = "", groups: tuple[str, ...] = ()) -> str:
        """The cookie's value for a new session."""
        until = self._clock() + SESSION_SECONDS * _SECOND
        session = Session(self._chance(16).hex(), until, key, person, groups)
        return self._stamp.write(_encode(session))

    def read(self, value: str) -> Session:
        """The session of a cookie. Raises Unauthenticated if it has ended, or the cookie is not one
        of the service."""
        content = self._stamp.read(value)
        session = None if content is None else _session.decode(content)
        if session is None or session.until <= self._clock() or session.id in self.ended:
            raise Unauthenticated("session", "The session has ended. Sign in again.")
        return session

    def end(self, ended: Mapping[str, int]) -> None:
        """Note that these sessions were ended. Those that are over by themselves are forgotten."""
        now = self._clock()
        self.ended.update(ended)
        for id_ in [id_ for id_, until in self.ended.items() if until <= now]:
            del self.ended[id_]

    def make_code(self, key: str) -> str:
        """A code that signs in with the key of that id within ten minutes."""
        until = self._clock() + _CODE_SECONDS * _SECOND
        return self._codes.write(_encode(SignInCode(self._chance(16).hex(), until, key)))

    def read_code(self, written: str) -> SignInCode:
        """The content of a code. The caller must find out whether it was used before. Raises
        Unauthenticated."""
        content = self._codes.read(written)
        code = None if content is None else _code.decode(content)
        if code is None or code.until <= self._clock():
            raise Unauthenticated(
                "session", "That code is invalid or has expired: `onrecord sign-in` makes one."
            )
        return code


def value_of(cookie: str | None, name: str = SESSION_COOKIE) -> str | None:
    """The value of one cookie in the header `Cookie`; None if it is missing. If it occurs twice,
    the first one counts, because browsers send the cookie of the longest path first."""
    if cookie is None or name not in cookie:
        return None
    for pair in cookie.split(";"):
        given, equals, value = pair.strip().partition("=")
        if equals and given == name:
            return value.strip('"')
    return None

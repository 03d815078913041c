"""Admission: whether a request is accepted, by its sender, the name it was sent to, and its
path."""

from __future__ import annotations

import re
from typing import Any, Final

from litestar.exceptions import NotFoundException

from events.errors import Fault, InvalidInput
from service.http.edge.hosts import Hosts
from service.http.edge.origins import Origins
from service.http.edge.prefix import enter
from service.http.edge.proxies import TrustedProxies
from service.http.problems.problem import Problem
from service.http.problems.translation import problem_of
from service.http.requests import PREFIX, path_is_text
from service.settings.settings import Settings

__all__ = ["Admission"]

_NO_PATH: Final = re.compile(rb"//|./\Z|%2[fF]")
"""Parts that none of our paths contains: an empty part, or an encoded slash."""
_NEW_SPELLING: Final = re.compile(
    rb"/v1/timelines/(?:(?!%2[fF])[^/])+/actors/[^/]+(?:/aliases/[^/]+)?", re.DOTALL
)
_SLASH: Final = (
    "A path names nothing with '/' in it. An alias that has one is sent in the body of "
    'POST …/actors/{id}/aliases: {"alias": "a/b"}.'
)
_FOREIGN: Final = (
    "A page of another site asked for this in a browser (the header Origin), and may change "
    "nothing here. ONRECORD_CORS_ORIGINS lists the sites whose pages may; programs send no Origin."
)


class Admission:
    """The rules for every request, whatever its path."""

    def __init__(self, proxies: TrustedProxies, hosts: Hosts, origins: Origins) -> None:
        self._proxies = proxies
        self._hosts = hosts
        self.origins = origins

    @classmethod
    def of(cls, settings: Settings) -> Admission:
        """The rules of these settings."""
        return cls(
            TrustedProxies(settings.trusted_proxies, settings.root_path),
            Hosts.of(settings.allowed_hosts, settings.host),
            Origins(settings.cors_origins),
        )

    def check(self, scope: Any) -> Problem | None:
        """Write into the scope who asks for which of our paths. Returns the problem if the request
        is refused."""
        try:
            self._proxies.apply(scope)
        except InvalidInput as error:
            return problem_of(error)
        if scope[PREFIX]:
            enter(scope)
        if not self._hosts.admit(scope):
            return _invalid(
                "Ask for this service by its own name: the header Host names another one. "
                "ONRECORD_ALLOWED_HOSTS lists the names it answers to."
            )
        if self.origins.is_foreign(scope):
            return Problem("forbidden", _FOREIGN, {"needs": None})
        return _check_path(scope)


def _check_path(scope: Any) -> Problem | None:
    if not path_is_text(scope):
        return _invalid("Write the path as percent-encoded UTF-8.")
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    if b"//" not in raw and b"%2" not in raw and raw[-1:] != b"/":
        return None  # nearly all paths, in a fifth of the time
    if _NO_PATH.search(raw) is None:
        return None
    if scope["method"] == "PUT" and _NEW_SPELLING.fullmatch(raw):
        return _invalid(_SLASH)
    return problem_of(NotFoundException())


def _invalid(message: str) -> Problem | None:
    return problem_of(InvalidInput([Fault("", message)]))

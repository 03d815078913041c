"""What errors of a log's server mean, and what to do, by the code at the beginning of the error."""

from __future__ import annotations

from typing import Final, NamedTuple

from events.errors import CorruptEvent, LogError, LogRefused, LogReplaced, UnfitServer

__all__ = ["AWAY", "Refusal", "advice", "reason", "refusal_of", "words_for_callers"]


AWAY: Final = "away"
"""The reason of a log that does not answer."""


class Refusal(NamedTuple):
    """What an error means. `advice` is for the server's operator. `passes`: the error usually ends
    by itself. `names`: the server's message names users or commands, which callers must not see."""

    advice: str
    passes: bool = False
    names: bool = False


_CLUSTER: Final = Refusal("See CLUSTER INFO: a part of the cluster is down.", passes=True)
_ACCESS: Final = Refusal("Check the user and the password in ONRECORD_REDIS_URL.", names=True)

_BY_CODE: Final = {
    "OOM": Refusal("Its memory is full: raise its maxmemory, or give the machine more."),
    "MISCONF": Refusal("It cannot write to its disk: make room there, and see its log."),
    "NOREPLICAS": Refusal(
        "Too few of its replicas are connected (min-replicas-to-write): bring them back.",
        passes=True,
    ),
    "READONLY": Refusal("It is a replica: name the primary, or let the failover end.", passes=True),
    "LOADING": Refusal("It is still reading its file, and answers after that.", passes=True),
    "BUSY": Refusal(
        "It is running a script, and answers after that; SCRIPT KILL ends it.", passes=True
    ),
    "MASTERDOWN": Refusal("It is a replica that has lost its primary: name the primary."),
    "CLUSTERDOWN": _CLUSTER,
    "TRYAGAIN": Refusal("Slots of the cluster are moving: it passes.", passes=True),
    "NOAUTH": _ACCESS,
    "WRONGPASS": _ACCESS,
    "NOPERM": Refusal("Allow its user what docs/operations.md lists (ACL SETUSER).", names=True),
    "DENIED": Refusal(
        "It is in protected mode: give it a password, or a bind address.", names=True
    ),
}
_OTHER: Final = Refusal("See the server's own log.", names=True)


def refusal_of(error: LogRefused) -> Refusal:
    """The meaning of the server's error."""
    return _BY_CODE.get(error.code, _OTHER)


def words_for_callers(error: LogRefused) -> str:
    """The server's message, if callers may see it."""
    if not refusal_of(error).names:
        return error.answer.rstrip(".")
    return f"it does not let the service do this ({error.code})"


def advice(error: LogError) -> str:
    """What is wrong, and what to do, for the service's operator."""
    words = str(error)
    sentence = words if words.endswith((".", "!", "?")) else f"{words}."
    return f"{sentence} {refusal_of(error).advice}" if isinstance(error, LogRefused) else sentence


def reason(error: LogError) -> str:
    """A short word for the error: the code if it is known, else the kind of the error."""
    if isinstance(error, LogRefused):
        return error.code if error.code in _BY_CODE else "other"
    kinds = {UnfitServer: "unfit", LogReplaced: "replaced", CorruptEvent: "damaged"}
    return kinds.get(type(error), AWAY)

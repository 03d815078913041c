"""What can prevent a signer from signing, and the message for each cause."""

from __future__ import annotations

from typing import Final, NamedTuple

from events.log.contract import Durability

__all__ = ["Trouble", "clock_behind", "failed", "ledger_behind", "ledger_damaged", "not_durable"]

_PATIENCE: Final = 10.0
"""Seconds for which a disk or the ledger may lag before that is reported."""


class Trouble(NamedTuple):
    """Something that prevents events from being signed. Each `kind` is logged once, even if its
    words change. A cause that may pass by itself is reported only after `patience` seconds."""

    kind: str
    words: str
    patience: float = 0.0


def clock_behind(timeline: str, recorded_at: str) -> Trouble:
    """The log's clock is, or was, ahead of this machine's."""
    return Trouble(
        "clock",
        f"An event of {timeline!r} was recorded at {recorded_at}, more than a minute ahead of this "
        "machine's clock. It is signed when this clock reaches that time: see whether this clock "
        "or the Redis server's, is wrong.",
    )


def ledger_behind(timeline: str, kept: int, size: int) -> Trouble:
    """Events are not signed before they are in the ledger."""
    return Trouble(
        "ledger",
        f"The ledger has {kept} of {size} events of {timeline!r}. Look at the service's log, and "
        "at the disk of the data folder.",
        _PATIENCE,
    )


def ledger_damaged(timeline: str) -> Trouble:
    """An event that differs in the ledger is not signed. The signed root has shown that the ledger
    is wrong."""
    return Trouble(
        "ledger",
        f"The ledger does not have what the log has of {timeline!r}: it is damaged, and is built "
        "again. If that stays, look at the service's log, and at the disk of the data folder.",
        _PATIENCE,
    )


def not_durable(durability: Durability) -> Trouble:
    """The server does not confirm that it has stored the events."""
    return Trouble(
        "durability",
        f"The log does not say that what was recorded is durable ({durability}). Look at the disk, "
        "and at the replicas, of the Redis server.",
        _PATIENCE,
    )


def failed(what: str, error: Exception) -> Trouble:
    """The log or a disk prevents `what`."""
    return Trouble(type(error).__name__, f"{what}: {error}")

"""Numbers that all processes of a service share. Each process writes a row of its own, and any can
ask for the sum of all rows.

The rows are in shared memory that belongs to no file. When a process is killed, its counts stay,
and the process that takes over its row continues them, so a counter never goes back.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from multiprocessing.reduction import DupFd
from typing import Any, Final

__all__ = [
    "BODIES",
    "COLUMNS",
    "CONNECTIONS",
    "DENIED",
    "ENDED",
    "FRAMES",
    "GAUGES",
    "HOLDERS",
    "PARTITIONS",
    "PID",
    "POLICY",
    "PROCESS",
    "PROCESSES",
    "RESTARTS",
    "ROOM",
    "SERIES",
    "SINCE",
    "STREAMS",
    "STREAM_LAG",
    "WIDTH",
    "Tally",
    "TallyRow",
]

COLUMNS: Final = 64
"""The columns of a row."""
GAUGES: Final = 9
"""The number of gauges: the first columns say what a process holds, the others what it has
counted."""

BODIES, STREAMS, STREAM_LAG, PROCESS, PID, SINCE, RESTARTS, CONNECTIONS, POLICY = range(9)
"""The gauges. BODIES: bytes of request bodies. STREAMS: live streams. STREAM_LAG: how many events
the slowest stream lags. PROCESS: its place in PROCESSES (0: nobody). PID: its process id. SINCE:
its start in microseconds since 1970. RESTARTS: how often its kind was started again. CONNECTIONS:
its connections, plus one while it accepts more. POLICY: the revision of its policy, 0 before it has
one."""
PROCESSES: Final = ("", "supervisor", "valkey", "keeper", "worker")
FRAMES: Final = GAUGES
"""Counters: events that were sent to live streams; from ENDED on, the ended streams, by cause."""
ENDED: Final = GAUGES + 1
DENIED: Final = GAUGES + 16
"""From here on, counters of denied requests, by reason."""
SERIES: Final = 65_536
"""The series of a row beside its columns, most of which are never used."""
WIDTH: Final = 16
"""The numbers of one series."""
HOLDERS: Final = 65_536
"""How many callers a row has a number for: how much of something each of them holds."""
PARTITIONS: Final = 256
"""The most partitions of a log."""
ROOM: Final = 10 << 20
"""Bytes beside the rows. Every process writes them, so users must tolerate concurrent writes."""
_HEAD: Final = COLUMNS * 8 + SERIES
_TAIL: Final = _HEAD + SERIES * WIDTH * 8
_ROW: Final = _TAIL + HOLDERS * 8
"""Bytes of a row: the columns; a byte for each series, which says whether it is used; the series;
the holders."""
_SECRET: Final = 16


class Tally:
    """The memory of `rows` rows. It can be passed to a child that is forked or spawned."""

    def __init__(self, rows: int = 1, descriptor: int | None = None) -> None:
        self.rows = rows
        self._descriptor = _memory(rows) if descriptor is None else descriptor
        memory = memoryview(mmap.mmap(self._descriptor, _size(rows)))
        parts = [memory[n * _ROW : (n + 1) * _ROW] for n in range(rows)]
        self._columns = [part[: COLUMNS * 8].cast("d") for part in parts]
        self._used = [part[COLUMNS * 8 : _HEAD] for part in parts]
        self._series = [part[_HEAD:_TAIL].cast("d") for part in parts]
        self._held = [part[_TAIL:].cast("q") for part in parts]
        rest = memory[rows * _ROW :]
        self.holders = rest[: HOLDERS * 8].cast("Q")
        """Which caller each holder is; every process writes it."""
        self.room = rest[HOLDERS * 8 : HOLDERS * 8 + ROOM]
        self.commits = rest[HOLDERS * 8 + ROOM : -_SECRET].cast("Q")
        """For each partition, what tells that its read model was committed; the keeper writes
        it."""
        self.secret = bytes(rest[-_SECRET:])
        """Random bytes that only these processes know."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _attached, (self.rows, DupFd(self._descriptor))

    def row(self, number: int) -> TallyRow:
        """The row that one process writes."""
        return TallyRow(
            self,
            number,
            self._columns[number],
            self._used[number],
            self._series[number],
            self._held[number],
        )

    def rows_of(self, *columns: int) -> list[tuple[float, ...]]:
        """These columns of every row."""
        return [tuple(own[column] for column in columns) for own in self._columns]

    def total(self, column: int) -> float:
        """The sum of the column over all rows."""
        return sum(columns[column] for columns in self._columns)

    def most(self, column: int) -> float:
        """The greatest number of the column."""
        return max(columns[column] for columns in self._columns)

    def held(self, holder: int) -> int:
        """How much the holder has in all rows together."""
        return sum(held[holder] for held in self._held)

    def series(self) -> dict[int, list[float]]:
        """Every series that any process has used, with the sums of its numbers."""
        sums: dict[int, list[float]] = {}
        for used, series in zip(self._used, self._series, strict=True):
            for number, is_used in enumerate(used):
                if is_used:
                    own = series[number * WIDTH : (number + 1) * WIDTH]
                    before = sums.get(number)
                    sums[number] = [*own] if before is None else [*map(sum, zip(before, own))]  # noqa: B905 - both are WIDTH long
        return sums


class TallyRow:
    """The numbers of one process."""

    def __init__(
        self,
        tally: Tally,
        number: int,
        columns: memoryview[float],
        used: memoryview,
        series: memoryview[float],
        held: memoryview[int],
    ) -> None:
        self.tally = tally
        self.number = number
        """The number of the row; no other process has this row."""
        self._columns = columns
        self._used = used
        self._series = series
        self._held = held

    def add(self, column: int, amount: float) -> None:
        self._columns[column] += amount

    def set(self, column: int, value: float) -> None:
        self._columns[column] = value

    def get(self, column: int) -> float:
        return float(self._columns[column])

    def leave(self) -> None:
        """Clear the gauges, because the process has ended; its counters stay."""
        for column in range(GAUGES):
            self._columns[column] = 0.0
        self._held[:] = memoryview(bytes(HOLDERS * 8)).cast("q")

    def hold(self, holder: int, amount: int) -> None:
        """Add the amount, which may be negative, to what the holder has in this row."""
        self._held[holder] += amount

    def observe(self, series: int, bucket: int, value: float) -> None:
        """Count one value of a series in its bucket; the last number of a series is the sum."""
        first = series * WIDTH
        self._used[series] = 1
        self._series[first + bucket] += 1
        self._series[first + WIDTH - 1] += value


def _size(rows: int) -> int:
    return rows * _ROW + HOLDERS * 8 + ROOM + PARTITIONS * 8 + _SECRET


def _memory(rows: int) -> int:
    """The descriptor of memory without a file if the system has that, else of an unlinked file."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("onrecord-tally")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    os.ftruncate(descriptor, _size(rows))
    os.pwrite(descriptor, os.urandom(_SECRET), _size(rows) - _SECRET)
    return descriptor


def _attached(rows: int, descriptor: Any) -> Tally:
    return Tally(rows, descriptor.detach())

"""Sends rows to a timeline, and sorts out those that are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from events.errors import Fault
from service.cli.statements.refusal import RefusedRow
from service.cli.statements.statement_file import StatementRow, batches
from service.client import Client, Recorded, ServerRefused, WriteProposed

__all__ = ["Appending"]

_OF_ROWS = frozenset({400, 413})
"""Statuses that refuse the content of a request. Others refuse the timeline, the caller, or any
request at the moment, and are the same for every row."""


class Appending:
    """One run: the statements recorded so far with their lines, and the timeline's revision. If the
    caller may only propose, `proposed` has the lines and ids of each proposal instead."""

    def __init__(
        self,
        client: Client,
        timeline: str,
        on_refused: Callable[[RefusedRow], None],
        on_done: Callable[[int], None],
    ) -> None:
        """`on_refused` is called with each refused row, `on_done` with how many more rows are
        done."""
        self._client = client
        self._timeline = timeline
        self._on_refused = on_refused
        self._on_done = on_done
        self.revision = 0
        self.recorded: list[tuple[int, Recorded]] = []
        self.proposed: dict[str, list[tuple[int, str]]] = {}

    async def send(self, rows: Sequence[StatementRow | RefusedRow]) -> None:
        """Send all rows in order, skipping refused ones. Raises ClientError if the cause is not a
        row; the rows before are recorded then. Every row has an id, so sending all of them again
        records nothing twice."""
        for part in _parts(rows):
            if isinstance(part, RefusedRow):
                self._refuse(part)
                continue
            for batch in batches(part):
                await self._send(batch)

    async def _send(self, batch: Sequence[StatementRow]) -> None:
        """Send the rows of a batch; a refused row does not stop the others. A request that is
        refused as a whole, for example because it is too large, is sent again in halves."""
        try:
            answer = (await self._client.carry_out(self._timeline, _body_of(batch))).value
        except WriteProposed as made:
            self._propose(batch, made)
            return
        except ServerRefused as problem:
            if problem.status not in _OF_ROWS:
                raise
            if len(batch) == 1:
                self._refuse(_refused(problem, batch[0]))
                return
            middle = len(batch) // 2
            await self._send(batch[:middle])
            await self._send(batch[middle:])
            return
        self.revision = answer.revision
        for row, item in zip(batch, answer.items, strict=True):
            if isinstance(item, ServerRefused):
                self._refuse(_refused(item, row))
            else:
                self.recorded.append((row.line, item))
                self._on_done(1)

    def _propose(self, batch: Sequence[StatementRow], made: WriteProposed) -> None:
        lines = self.proposed.setdefault(made.proposal, [])
        for row, item in zip(batch, made.items, strict=True):
            if isinstance(item, ServerRefused):
                self._refuse(_refused(item, row))
            else:
                lines.append((row.line, item))
                self._on_done(1)

    def _refuse(self, refusal: RefusedRow) -> None:
        self._on_refused(refusal)
        self._on_done(1)


def _parts(rows: Sequence[StatementRow | RefusedRow]) -> Iterator[list[StatementRow] | RefusedRow]:
    """Group consecutive rows; rows that cannot be sent are yielded at their place."""
    part: list[StatementRow] = []
    for row in rows:
        if isinstance(row, StatementRow):
            part.append(row)
            continue
        if part:
            yield part
            part = []
        yield row
    if part:
        yield part


def _body_of(batch: Sequence[StatementRow]) -> bytes:
    return b"[" + b",".join(b'{"statement":%b}' % row.body for row in batch) + b"]"


def _refused(problem: ServerRefused, row: StatementRow) -> RefusedRow:
    """The row with its faults: `/3/statement/said/on` in the request is `/said/on` of the row. A
    problem without faults is about the id."""
    faults = [
        fault._replace(path="".join(f"/{step}" for step in fault.path.split("/")[3:]))
        for fault in problem.faults
    ]
    named = "/id" if "id" in problem.members else ""
    found = faults or [Fault(named, problem.detail or problem.title)]
    return RefusedRow(row.line, found, row.written)

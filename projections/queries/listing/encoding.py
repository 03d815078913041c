"""The statements of a page as JSON, mostly from caches."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from projections.queries.columns.cached_columns import make_room
from projections.queries.shown.encoded import (
    DIGEST,
    digest_of_json,
    encoded,
    encoded_digest,
    encoded_json,
)
from projections.queries.shown.statements import HEAVY, Shown, show_some
from projections.queries.shown.tails import changed_in
from projections.storage.reader import Reader

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from projections.queries.columns.columns import Columns
    from projections.queries.columns.matching_rows import MatchingRows
    from projections.storage.file_memory import FileMemory

__all__ = ["EncodedPage", "encoded_in", "encoded_of", "shown_in"]


class EncodedPage(NamedTuple):
    """The JSON of a page's statements, and their digests, concatenated."""

    items: list[bytes]
    digest: bytes


def encoded_of(shown: Sequence[Shown]) -> EncodedPage:
    """Encode statements that were read from the tables."""
    items = [one.json for one in shown]
    return EncodedPage(items, b"".join(map(digest_of_json, items)))


def encoded_in(reader: Reader, tl: int, matching: MatchingRows, rows: NDArray[Any]) -> EncodedPage:
    """The statements of these rows, as of the revision of `matching`. They come from the shelf or
    the cache beside the columns, or from the tables; then they are cached. The list ends early when
    the page is heavy enough."""
    found, digests = matching.columns.shelved(rows, matching.revision)
    if b"" in found:
        missing = [number for number, one in enumerate(found) if not one]
        read = _read(reader, tl, matching, rows[missing])
        _fill(found, missing, [*map(encoded_json, read)])
        each = [digests[n : n + DIGEST] for n in range(0, len(digests), DIGEST)]
        _fill(each, missing, [*map(encoded_digest, read)])
        digests = b"".join(each)
    items = _until_heavy(found)
    return EncodedPage(items, digests[: len(items) * DIGEST])


def shown_in(reader: Reader, tl: int, matching: MatchingRows, rows: NDArray[Any]) -> list[Shown]:
    """The statements of these rows with the revisions at which they changed last: from the shelf,
    or from the tables. They are not cached, since such callers read all statements. The list ends
    early when the page is heavy enough."""
    found, _ = matching.columns.shelved(rows, matching.revision)
    if b"" in found:
        missing = [number for number, one in enumerate(found) if not one]
        sts, changes = matching.statements_of(rows[missing])
        read = show_some(reader, tl, sts, matching.revision, changes)
        _fill(found, missing, [one.json for one in read])
    return [Shown(one, changed_in(one)) for one in _until_heavy(found)]


def _read(reader: Reader, tl: int, matching: MatchingRows, rows: NDArray[Any]) -> list[bytes]:
    """Read statements that are not on the shelf. The list ends early as a page does."""
    kept, (sts, changes) = matching.columns.encoded, matching.statements_of(rows)
    found = [one or b"" for one in kept.find(sts, changes)]
    if b"" in found:
        missing = [number for number, one in enumerate(found) if not one]
        wanted, known = [sts[n] for n in missing], [changes[n] for n in missing]
        read = [
            encoded(one.json) for one in show_some(reader, tl, wanted, matching.revision, known)
        ]
        _fill(found, missing, read)
        versions = [*zip(rows[missing].tolist(), wanted, known, read, strict=False)]
        _keep(reader.memory, matching.columns, versions)
    return _until_heavy(found)


def _fill(found: list[bytes], missing: Sequence[int], read: Sequence[bytes]) -> None:
    """Put the statements that were read into their places. They may end early, but only beyond a
    page's end."""
    for number, one in zip(missing, read, strict=False):
        found[number] = one


def _keep(
    memory: FileMemory, columns: Columns, versions: Sequence[tuple[int, int, int, bytes]]
) -> None:
    """Cache what was read: current statements by row if there is a shelf, others by the revision at
    which they were recorded and one at which they were so."""
    if columns.shelf is not None:
        # If another thread is adding to the columns, the next query caches it.
        if not memory.lock.acquire(blocking=False):
            return
        try:
            versions = columns.put_on_shelf(versions)
        finally:
            memory.lock.release()
    columns.encoded.keep((st, change, one) for _, st, change, one in versions)
    make_room(memory)


def _until_heavy(statements: list[bytes]) -> list[bytes]:
    if sum(map(len, statements)) <= HEAVY:
        return statements  # nearly all pages
    weights = [*accumulate(map(len, statements))]
    return statements[: bisect_right(weights, HEAVY) + 1]

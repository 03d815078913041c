"""Columns as a tree of plain values and arrays, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from projections.queries.columns.columns import FIELDS, Columns, MappedFile
from projections.queries.columns.having.shared_keys import packed_keys
from projections.queries.columns.orders.rank_cache import RankCache
from projections.queries.columns.orders.sorting import Sorting, ZoneMap, ZoneSpans
from projections.queries.columns.shelf import Shelf
from projections.storage.schema import ORIGIN

__all__ = ["columns_in", "hand_over", "image_of", "pack_keys"]


_OF_ONE: Final = (ORIGIN,)
"""Fields whose keys few statements have, and which nobody goes through one by one."""

_MANY: Final = 10_000
"""Fewer keys are each process's own, and found in a tenth of the time."""


def image_of(columns: Columns) -> dict[str, Any]:
    """What makes the same columns again, with all that is sorted, and the shelf if it has a name.
    The caller keeps others from adding meanwhile, but not while the keys are packed."""
    shelf, sortings = columns.shelf, columns.sortings.items()
    return columns.parts() | {
        "sortings": {clock: [*map(_parts_of, every)] for clock, every in sortings},
        "shelf": shelf.parts() if shelf is not None and shelf.is_named else None,
    }


def pack_keys(image: dict[str, Any]) -> None:
    """Bring the keys of a field into arrays, where they may be many; this can take seconds."""
    for field in _OF_ONE:
        terms = image["terms"][FIELDS.index(field)]
        if len(terms["keys"]) >= _MANY:
            terms["keys"] = packed_keys(terms["keys"])


def columns_in(image: dict[str, Any], folder: Path, inode: int) -> Columns:
    """The columns of an image that was mapped, and whose shelf is in `folder`. Raises OSError if it
    is not."""
    columns = Columns.of(image)
    columns.sortings = {
        clock: tuple(map(_sorting_of, every)) for clock, every in image["sortings"].items()
    }
    if image["shelf"] is not None:
        columns.shelf = Shelf.of(folder, image["shelf"])
    shelf = None if columns.shelf is None else columns.shelf.path
    columns.mapped = MappedFile(columns.revision, inode, shelf)
    return columns


def hand_over(columns: Columns, fresh: Columns) -> None:
    """Give what is cached to fresh columns of the same timeline, which are not older."""
    fresh.inherit(columns)
    for clock, sortings in fresh.sortings.items():
        known = columns.sortings.get(clock, ())
        caches = {(one.least, one.end): one.rank_cache for one in known}
        fresh.sortings[clock] = tuple(
            one._replace(rank_cache=caches.get((one.least, one.end), one.rank_cache))
            for one in sortings
        )


def _parts_of(sorting: Sorting) -> dict[str, Any]:
    spans = {clock: span._asdict() for clock, span in sorting.zones.spans.items()}
    zones = sorting.zones._asdict() | {"spans": spans}
    return sorting._asdict() | {"zones": zones, "rank_cache": None}


def _sorting_of(parts: dict[str, Any]) -> Sorting:
    zones = parts["zones"]
    spans = {clock: ZoneSpans(**span) for clock, span in zones["spans"].items()}
    made = ZoneMap(**zones | {"spans": spans})
    return Sorting(**parts | {"zones": made, "rank_cache": RankCache()})

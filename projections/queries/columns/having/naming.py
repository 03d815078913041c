"""Which rows have a term."""

from __future__ import annotations

from functools import partial

from projections.queries.columns.columns import ACTOR, Columns
from projections.queries.columns.having import bitmap_cache
from projections.queries.columns.having.bitmap import Bitmap
from projections.queries.columns.having.bitmap_cache import bitmap_of
from projections.queries.columns.having.rare import Rare
from projections.queries.listing.filter import Term

__all__ = ["having_term"]


def having_term(columns: Columns, term: Term, size: int) -> Rare | Bitmap:
    """The rows with the term, of at least the first `size` rows: a lookup if they are few, else a
    bitmap."""
    field = term.fields[0] if len(term.fields) == 1 else ACTOR
    postings, key = columns.terms[field], (field, term.keys)
    rows = partial(postings.rows_of, term.keys)
    known = columns.bitmaps.get(key)
    if known is None or known.count * bitmap_cache.SPARSE < size:
        most = postings.count_of(term.keys)
        if most * bitmap_cache.SPARSE < size:
            return Rare(key, most, rows)
    return bitmap_of(columns, key, size, rows)

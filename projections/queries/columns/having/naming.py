"""Which rows have a term."""

from __future__ import annotations

from functools import partial

from projections.queries.columns.columns import ACTOR, Columns
from projections.queries.columns.having import kept_bits
from projections.queries.columns.having.bits import Bits
from projections.queries.columns.having.kept_bits import bits_of
from projections.queries.columns.having.rare import Rare
from projections.queries.listing.filter import Term

__all__ = ["having_term"]


def having_term(columns: Columns, term: Term, size: int) -> Rare | Bits:
    """The rows with the term, of at least the first `size` rows: a lookup if they are few, else a
    bitmap."""
    field = term.fields[0] if len(term.fields) == 1 else ACTOR
    postings, key = columns.terms[field], (field, term.keys)
    rows = partial(postings.rows_of, term.keys)
    known = columns.bits.get(key)
    if known is None or known.count * kept_bits.SPARSE < size:
        most = postings.count_of(term.keys)
        if most * kept_bits.SPARSE < size:
            return Rare(key, most, rows)
    return bits_of(columns, key, size, rows)

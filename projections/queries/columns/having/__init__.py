"""Which rows have something: a term (`naming.py`) or a word (`wording.py`).

What few rows have is a list of these (`rare.py`); what many have, a truth value for each row
(`bits.py`), kept for the next question (`kept_bits.py`). `postings.py` has the terms of one field.

Which rows a filter selects, and their dates, kinds and standings, belong to
`projections.queries.columns`.

Tested elsewhere:
- `tests/unit/projections/queries/test_queries.py`: `naming`
"""

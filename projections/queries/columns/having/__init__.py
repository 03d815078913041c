"""Which rows have something: a term, a word.

Which rows a filter selects, and their dates, kinds and standings, belong to
`projections.queries.columns`.

Tested elsewhere:
- `tests/unit/projections/queries/test_queries.py`: `naming`
"""

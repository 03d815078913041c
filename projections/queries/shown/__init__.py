"""Statements as they are shown, in JSON: reading them from the tables, completing and caching them.
`projections.fold` encodes the beginning of the JSON; `projections.queries.listing` selects the
statements of a page.

Tested elsewhere:
- `tests/unit/projections/queries/test_queries.py`: `statements`
"""

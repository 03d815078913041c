"""Pages of statements: the filter, how matching statements are found, and their order.

Other queries are in `projections.queries`.

Tested elsewhere:
- `tests/unit/projections/queries/test_terms_at.py`: `terms_at`
- `tests/unit/projections/queries/test_queries.py`: `extra_names`, `filter`, `page`,
  `query_plan`, `walking`
- `tests/unit/projections/queries/shown/test_encoded.py`: `encoding`
- `tests/acceptance/test_feeds.py`: `changes`
"""

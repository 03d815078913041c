"""JSON and JSON Lines: each object is a row, and nested members have columns like `said.by`. What
a row is belongs to `service.interchange.tables.row`.

Tested elsewhere:
- `tests/unit/service/interchange/tables/test_json_rows.py`: `document_place`, `json_events`,
  `json_lines`, `json_rows`
"""

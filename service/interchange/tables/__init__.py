"""Files as rows of text: each row with its line and its cells by the names of their columns.

Nothing that a file refers to is ever opened. What a cell means belongs to
`service.interchange.mappings`.

Tested elsewhere:
- `tests/unit/service/interchange/tables/test_table.py`: `dialect`, `limits`, `look`
- `tests/unit/service/interchange/tables/test_json_rows.py`: `row`
- `tests/unit/service/interchange/imports/test_refused_rows.py`: `refused_table`
- `tests/unit/service/interchange/tables/test_workbook.py`: `archive`, `workbook_process`
"""

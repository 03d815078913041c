"""Files as rows of text: each row with its line and its cells by the names of their columns. What a
cell means is not known here, and nothing that a file refers to is ever opened.

Tested elsewhere:
- `tests/unit/service/interchange/tables/test_table.py`: `dialect`, `limits`, `look`
- `tests/unit/service/interchange/tables/test_json_rows.py`: `row`
- `tests/unit/service/interchange/tables/test_workbook.py`: `archive`, `workbook_process`
"""

"""The formats that are tables: their columns, and the mapping for importing them again.

Other formats are in `service.interchange.writers`; reading tables of other programs belongs to
`service.interchange.tables`.

Tested elsewhere:
- `tests/unit/service/interchange/writers/tables/test_csv_zip.py`: `sink`
"""

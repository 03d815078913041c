"""Imports over HTTP: files are received into the data folder, and imported in the background by
whichever worker is there. What an import does is decided in `service.interchange.imports`.

Tested elsewhere:
- `tests/acceptance/test_import_http.py`: `import_folder`, `import_order`, `kept_mappings`,
  `routes`, `runner`, `service_target`, `upload`
"""

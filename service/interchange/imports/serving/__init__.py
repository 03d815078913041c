"""Imports over HTTP: files are received into the data folder, and any worker imports them in the
background. Importing itself belongs to `service.interchange.imports`.

Tested elsewhere:
- `tests/acceptance/test_import_http.py`: `import_folder`, `import_order`, `routes`, `runner`,
  `service_target`, `upload`
- `tests/acceptance/test_refused_over_http.py`: `progress_routes`
- `tests/acceptance/test_stored_mappings.py`: `mapping_routes`
- `tests/unit/service/interchange/imports/test_stored_mappings.py`: `stored_mappings`
"""

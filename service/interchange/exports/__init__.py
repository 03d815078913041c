"""Exports: the statements or the events of a timeline, as files in the formats of `writers`.

They are read page by page as of one revision, and sent as the client takes them. The formats
themselves belong to `service.interchange.writers`.

Tested elsewhere:
- `tests/acceptance/test_export.py`: `choice`, `event_losses`, `outflow`, `pages`
"""

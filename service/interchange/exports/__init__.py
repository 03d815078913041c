"""Exports: the statements or the events of a timeline, as files in the formats of `writers`.

They are found page by page as of one revision, and sent as the client takes them. What a format
looks like belongs to `service.interchange.writers`.

Tested elsewhere:
- `tests/acceptance/test_export.py`: `choice`, `event_losses`, `outflow`, `pages`
"""

"""Importing other people's records, and exporting ours in other formats.

A file becomes rows of text (`tables`), a mapping turns rows into statements (`mappings`), widely
used formats come with a mapping (`formats`), and `imports` records the result. Statements or events
become files of other programs (`writers`), sent as of one revision (`exports`); the latest changes
are a feed (`feeds`). The rules of statements are in `service.writing.rules`, not here.

Tested elsewhere:
- `tests/acceptance/test_feeds.py`: `feeds`
"""

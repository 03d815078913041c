"""Other people's records: what brings them in, and what gives ours out in other forms.

A file becomes rows of text (`tables`), a mapping says what a statement is made of (`mappings`),
the formats that many people use come with a mapping (`formats`), and `imports` records the result.
Statements or events become files of other programs (`writers`), which are sent for one revision
(`exports`), and what changed last is a feed (`feeds`).
What a statement may be is decided in `service.writing.rules`, not here.

Tested elsewhere:
- `tests/acceptance/test_feeds.py`: `feeds`
"""

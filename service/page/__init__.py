"""The page that people look at: its documents, styles and modules, and the routes that serve them.

It asks the interface that every client asks.

Tested elsewhere:
- `tests/browser/test_manners.py`: `assets`, `routes`
- `tests/browser/test_failing.py`: `dead_ends`, `opening`
"""

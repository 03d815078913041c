"""The features of each column of a table: the meaning of its name, and the look of its cells.
Choosing its part of a statement belongs to `service.interchange.guessing`.

`words/` has the words: in `names/` words of column names, by meaning and language; in `cells.toml`
words in cells.

Tested elsewhere:
- `tests/unit/service/interchange/guessing/test_first_mapping.py`: `seen_table`
"""

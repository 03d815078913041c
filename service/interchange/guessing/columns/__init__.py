"""What each column of a table is like: what its name means, and how its cells look. Which part of
a statement it becomes belongs to `service.interchange.guessing`.

`words/` has the words: in `names/` those of the names of columns, by meaning and language; in
`cells.toml` those that stand in cells.

Tested elsewhere:
- `tests/unit/service/interchange/guessing/test_first_mapping.py`: `seen_table`
"""

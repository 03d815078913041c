"""Widely used formats. Each is recognized by its look and has a mapping: a file in `files/` that
people can read, copy and change.

Modules here only turn a file into rows; the mapping says what the columns mean, and applying it
belongs to `service.interchange.mappings`.

Tested elsewhere:
- `tests/unit/service/interchange/formats/test_known.py`: `calendars`, `looks`,
  `own_table`, `reviews`, `slides`, `table_texts`
- `tests/unit/service/interchange/formats/test_reviews.py`: `linked_data`
"""

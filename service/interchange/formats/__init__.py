"""The formats that many people use: each is known by its look and comes with a mapping, which is a
file in `files/` that a person can read, copy and change.

Modules here only bring a file into rows; what the columns mean stands in the mapping, and how it
is applied belongs to `service.interchange.mappings`.

Tested elsewhere:
- `tests/unit/service/interchange/formats/test_known.py`: `calendars`, `looks`,
  `own_table`, `reviews`, `slides`, `table_texts`
- `tests/unit/service/interchange/formats/test_reviews.py`: `linked_data`
"""

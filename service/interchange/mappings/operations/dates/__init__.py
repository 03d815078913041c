"""Dates as people and programs write them, read as EDTF by patterns: a date, a range of dates, a
date with a time of day, and words that make a date vague.

What EDTF means, and which days there are, belongs to `events.edtf`.

Tested elsewhere:
- `tests/unit/service/interchange/mappings/operations/dates/test_date_pattern.py`: `months`,
  `vague_words`
- `tests/unit/service/interchange/mappings/operations/dates/test_one_sided.py`: `era`
"""

"""Dates: an EDTF text (ISO 8601-2, levels 0 to 2) and the seconds that bound it.

It also advises what to write instead of a text that is not a date. Which dates a statement has
belongs to `events.statement`.

Tested elsewhere:
- `tests/unit/events/edtf/test_habits.py`: `readings`, `short_ends`, `year_readings`
- `tests/unit/events/edtf/test_single.py`: `year`
- `tests/unit/events/edtf/test_sentences.py`: `scanner`
"""

"""What is done to a text: dates, names, tags, numbers, HTML. They know neither rows nor mappings.

Tested elsewhere:
- `tests/unit/service/interchange/mappings/operations/test_date_pattern.py`: `months`
"""

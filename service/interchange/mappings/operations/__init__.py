"""What is done to a text: dates, names, tags, numbers, links, HTML.

Which text it is done to, and why, belongs to `service.interchange.mappings`; rows are unknown here.

Tested elsewhere:
- `tests/unit/service/interchange/mappings/operations/test_date_pattern.py`: `months`, `vague_words`
"""

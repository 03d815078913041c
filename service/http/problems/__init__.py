"""Problems: the answers to requests that fail, in the form of RFC 9457. Every error becomes one.

Other rooms raise the errors; `events.errors` shows their hierarchy.

Tested elsewhere:
- `tests/acceptance/test_problems.py`: `responses`
- `tests/unit/service/http/problems/test_translation.py`: `kinds`, `log_translation`, `problem`,
  `request_translation`
"""

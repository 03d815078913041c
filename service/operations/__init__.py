"""What operators watch: health, metrics and log lines.

Other rooms detect problems; this one reports them.

Tested elsewhere:
- `tests/acceptance/test_health.py`: `log_health`, `metrics`, `routes`
- `tests/unit/service/processes/test_follower.py`: `keeper_state`
"""

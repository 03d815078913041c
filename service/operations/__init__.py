"""What operators monitor: health, metrics and log lines.

Other rooms detect what is wrong (`service.signing`, `projections`); this one reports it.

Tested elsewhere:
- `tests/acceptance/test_health.py`: `log_health`, `metrics`, `routes`
- `tests/unit/service/processes/test_follower.py`: `keeper_state`
"""

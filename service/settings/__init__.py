"""Settings: what may be set, what a value may be, and the environment they are read from.

`environment` is the only reader of the environment. Files that the service writes itself, such as
keys, belong to `service.datafolder`.

Tested elsewhere:
- `tests/unit/service/settings/test_environment.py`: `settings`
- `tests/unit/service/client/transport/test_trust.py`: `certificates`
"""

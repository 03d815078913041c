"""The command that plays a file of commands: `seed`.

It talks to a server through `service.client`. The seed's own text is data, in `seeds`.

Tested elsewhere:
- `tests/acceptance/test_cli.py`: `seed`, `seeding`
- `tests/unit/test_seeds.py`: `seed_command`
"""

"""Executing commands: the past is read, the rule decides, the events are appended to the log.

It does not know HTTP. `service.writing.rules` decides what a command may do.

Tested elsewhere:
- `tests/unit/service/writing/execution/test_commands.py`: `command`, `event_writer`
"""

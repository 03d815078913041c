"""Writing over HTTP: the request is read (`request_reader`), the command is executed (`execution`),
and the answer is made (`answers`).

`service.writing.rules` decides what a command may do. Reading belongs to `service.reading`; who may
write, to `service.access`.

Tested elsewhere:
- `tests/acceptance/test_write.py`: `answers`
- `tests/unit/service/writing/test_request_reader.py`: `write_request`
- `tests/acceptance/test_commands.py`: `command_reader`, `outcomes`
- `tests/acceptance/test_openapi.py`: `operation`
"""

"""The running service: its processes, their parts, and the messages between them.

What their parts do belongs to the rooms of the parts, such as `service.signing` and `projections`.

Tested elsewhere:
- `tests/faults/test_loading.py`: `loading`
- `tests/acceptance/test_serve.py`: `foreground`
- `tests/unit/service/processes/test_child.py`: `control`
- `tests/faults/test_processes.py`: `keeper`, `worker`
- `tests/unit/service/processes/test_follower.py`: `link`
"""

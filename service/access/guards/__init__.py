"""The checks between a request and its handler: who is asking, what the route needs, and who else
may see the answer.

It knows no route. Which right a route needs is declared with the route; what a right allows is
decided by the policy in `service.access`.

Tested elsewhere:
- `tests/unit/service/access/guards/test_door.py`: `denials`, `guard`
"""

"""What stands between a request and its handler: who asks, what the route needs, and what everybody
else may learn from the answer.

It knows no route. Which right a route needs is declared with the route; what a right allows is
decided by the policy in `service.access`.

Tested elsewhere:
- `tests/unit/service/access/guards/test_door.py`: `denials`, `guard`
"""

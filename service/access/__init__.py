"""Who is asking, and what they may do: principals, keys, roles, the policy that follows from
grants.

It knows no route and reads no file: callers pass the grants in. How keys and grants are made
belongs to `service.granting`.

Tested elsewhere:
- `tests/unit/service/access/test_policy.py`: `principal`, `roles`
"""

"""Who is asking, and what they may do: principals, keys, roles, the policy that grants make.

It knows no route and reads no file: what was granted is given to it. How keys and grants are made
belongs to `service.granting`.

Tested elsewhere:
- `tests/unit/service/access/test_policy.py`: `principal`, `roles`
"""

"""Proposals: writes of callers who may only propose, to be decided later.

Proposals are events on a timeline of their own, which reviewers can read. The public timeline has
nothing of them before an approval. Commands are decided and executed in
`service.writing.execution`.

Tested elsewhere:
- `tests/unit/service/writing/proposing/test_reviewer.py`: `wire`
"""

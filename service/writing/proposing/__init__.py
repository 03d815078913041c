"""Proposals: what somebody may propose and not write becomes a proposal, which is decided later.

Proposals are events of a timeline of their own, which those who may review can read. Nothing of
them is on the public timeline before an approval. Commands are decided and executed in
`service.writing.execution`.

Tested elsewhere:
- `tests/unit/service/writing/proposing/test_reviewer.py`: `wire`
"""

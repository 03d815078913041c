"""The rules: pure functions of a subject's past, without clock, store or await.

Each noun has a module with the same three parts: its state, `evolve` (a state and one recorded
event give the next state) and `decide` (a state and the event that a caller wants give what is
to be recorded). A rule that says no raises one of the refusals of `events.errors`.
"""

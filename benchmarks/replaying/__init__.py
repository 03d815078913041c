"""Replaying: a whole log folded again, and audited."""

"""A read model's or a ledger's file as a whole: opened for its log, copied, inspected, purged.

What is in its tables belongs to `projections.storage` and `projections.ledger`.
"""

"""Audits from outside: what was signed, held against what a server or a bundle gives.

Nothing here trusts either; trust is in the verifier keys that the auditor brought.
"""

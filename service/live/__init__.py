"""Live streams: who subscribes hears every event once, in order, as soon as a query can see it.

A subscriber is a cursor, not a mailbox: it holds one revision for each of its timelines, and reads
what lies behind it. `hub` holds what is shared, `tap` follows one timeline for all who hear it,
`stream` is one subscriber; `docs/architecture.md` walks through them.
"""

"""How much each caller may ask of the service: requests, live streams, and tries to sign in.

A caller is a principal where that was proved, else an address. All processes of a service count
together, in the memory of `service.tally`.
"""

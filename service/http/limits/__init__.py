"""How much each caller may ask of the service: requests, live streams, and attempts to sign in.

A caller is a principal if that was proved, else an address. All processes of a service count
together, in the memory of `service.tally`.
"""

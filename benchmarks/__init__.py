"""Benchmarks: the program beside a limit or a peer, in one run.

Each is a program in the room of its subject; `python -m benchmarks` runs all.
"""

"""Benchmarks: the program beside a limit or a peer, in one run.

Each is a program of its own, in the room of what it measures; `python -m benchmarks` runs all.
"""

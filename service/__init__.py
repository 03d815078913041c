"""The interfaces: HTTP, the command line, and the processes behind them.

What can happen belongs to `events`; how it is kept and found, to `projections`.
"""

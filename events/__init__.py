"""What can happen on a timeline, and the log it is written to.

What events add up to belongs to `projections`; who may cause them, to `service`.
"""

"""Serving: HTTP compared with a bare handler, live streams with nchan, and the cost of keys, limits
and several workers."""

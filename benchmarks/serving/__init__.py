"""Serving: HTTP beside a bare handler, live streams beside nchan, and what keys, limits and several
workers cost."""

"""Rows in the order of a page: sorted once, walked from where a page begins.

Which rows a filter selects belongs to `projections.queries.columns`; the same from the tables to
`projections.queries.listing.walking`.
"""

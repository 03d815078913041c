"""Rows in the order of a page: sorted once, then walked from the beginning of a page.

Filters belong to `projections.queries.columns`; walking the tables to
`projections.queries.listing.walking`.
"""

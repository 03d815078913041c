"""The formats that are tables: what is in their columns, and how they are read in again.

Other formats are in `service.interchange.writers`; others' tables are read in
`service.interchange.tables`.
"""

"""The formats that are tables: what is in their columns, and how they are read in again."""

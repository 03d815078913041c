"""Operations on texts: names, tags, numbers, links, HTML, and dates (`dates/`).

Choosing texts and operations belongs to `service.interchange.mappings`; rows are unknown here.
"""

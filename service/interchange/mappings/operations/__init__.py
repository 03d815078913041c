"""What is done to a text: names, tags, numbers, links, HTML, and dates (`dates/`).

Which text it is done to, and why, belongs to `service.interchange.mappings`; rows are unknown here.
"""

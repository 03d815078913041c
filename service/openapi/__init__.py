"""The description of the interface: a document for programs, and a page for people.

It is made from the declarations of the routes (`service.http.declared`) and from the types that the
program itself uses.

Tested elsewhere:
- `tests/acceptance/test_openapi.py`: `document`, `headers`, `page`, `routes`, `schemas`
"""

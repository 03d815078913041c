"""The page that people look at: its documents, styles and modules, and the routes that serve them.

It uses the same HTTP interface as every client; the answers belong to `service.reading` and its
neighbours. Its scripts and styles are in folders, one for each visible part:

    documents                  the documents themselves, and what starts in each
    overview, chart, drawing   the time as a whole; the chart of a window of it; what both draw
                               with, such as spans of time and their open ends
    list, detail, parts        the list, one statement, and what both show of a statement
    controls                   the filters, the facets, the moment, files and feeds
    account, review, importing who the reader is; proposals and their review; files that come in
    proof                      what the browser itself checks of the record
    state                      the address, the calls to the service, and what was loaded
    look, words                elements and how they behave; dates and differences as words
    vendor                     D3, unchanged

Tested elsewhere:
- `tests/browser/test_manners.py`: `assets`, `routes`
- `tests/browser/test_dead_ends.py`: `dead_ends`
- `tests/browser/test_refused.py`: `opening`
"""

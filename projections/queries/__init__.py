"""The queries of the read model: pure functions of a reader and the query's arguments.

Each answers for one revision of one timeline, from 1 to the `revision` of its `TimelineRef`. The
rows of a revision never change, so an answer that combines several queries is consistent, even if
events are folded between them. Writing the rows belongs to `projections.fold`.

Tested elsewhere:
- `tests/unit/projections/queries/test_queries.py`: `events`, `timelines`
- `tests/unit/projections/queries/test_counting.py`: `buckets`, `facets`, `lengths`
- `tests/unit/projections/fold/test_as_of.py`: `diff`
- `tests/unit/projections/fold/test_access.py`: `access`
- `tests/unit/projections/fold/test_proposals.py`: `proposals`
- `tests/unit/service/writing/deciding/test_finder.py`: `states`
"""

from __future__ import annotations

from projections.queries.buckets import list_buckets
from projections.queries.events import (
    Redacted,
    list_redactions,
    positions_of,
    recorded_at,
    redaction_of,
)
from projections.queries.facets import show_facets
from projections.queries.listing.changes import last_changed, recorded_times, revisions_of_ids
from projections.queries.listing.extra_names import extra_names
from projections.queries.listing.filter import StatementFilter, Window
from projections.queries.listing.page import (
    Keyset,
    ListedStatements,
    count_statements,
    list_statements,
    recorded_revisions,
    show_page,
)
from projections.queries.named.actors import list_actors
from projections.queries.named.sources import graded_sources, list_sources
from projections.queries.named.spellings import keys_of_spellings
from projections.queries.shown.statements import Shown, show_some, show_statement
from projections.queries.states import (
    changed_at,
    first_events,
    last_revision,
    positions_at,
)
from projections.queries.timelines import (
    TimelineRef,
    list_timelines,
    show_timeline,
    shown_time,
    timeline_at,
)

__all__ = [
    "Keyset",
    "ListedStatements",
    "Redacted",
    "Shown",
    "StatementFilter",
    "TimelineRef",
    "Window",
    "changed_at",
    "count_statements",
    "extra_names",
    "first_events",
    "graded_sources",
    "keys_of_spellings",
    "last_changed",
    "last_revision",
    "list_actors",
    "list_buckets",
    "list_redactions",
    "list_sources",
    "list_statements",
    "list_timelines",
    "positions_at",
    "positions_of",
    "recorded_at",
    "recorded_revisions",
    "recorded_times",
    "redaction_of",
    "revisions_of_ids",
    "show_facets",
    "show_page",
    "show_some",
    "show_statement",
    "show_timeline",
    "shown_time",
    "timeline_at",
]

"""The questions that the read model answers: pure functions of a reader and what is asked.

Each states what is true of one revision of one timeline, 1 to the `revision` of its
`TimelineRef`. Rows that are true of a revision stay, so an answer put together from several
looks is of that one revision, whatever is folded in between.
"""

from __future__ import annotations

from projections.actor_queries import Actor, list_actors
from projections.buckets import Bucket, Buckets, Clock, Every, Undated, list_buckets
from projections.event_queries import (
    Redacted,
    list_redactions,
    positions_of,
    recorded_at,
    redaction_of,
)
from projections.facets import Facet, Facets, show_facets
from projections.source_queries import SourceGrade, SourceItem, list_sources, source_named
from projections.spelling_queries import keys_of_spellings
from projections.statement_filter import Match, StatementFilter, Window
from projections.statement_list import Keyset, Order, Page, count_statements, list_statements
from projections.statement_queries import (
    Direction,
    Shown,
    ShownBounds,
    ShownDate,
    ShownRelation,
    ShownStatement,
    Standing,
    StatementBounds,
    show_statement,
)
from projections.timeline_queries import (
    Timeline,
    TimelineRef,
    list_timelines,
    show_timeline,
    shown_time,
    timeline_at,
)

__all__ = [
    "Actor",
    "Bucket",
    "Buckets",
    "Clock",
    "Direction",
    "Every",
    "Facet",
    "Facets",
    "Keyset",
    "Match",
    "Order",
    "Page",
    "Redacted",
    "Shown",
    "ShownBounds",
    "ShownDate",
    "ShownRelation",
    "ShownStatement",
    "SourceGrade",
    "SourceItem",
    "Standing",
    "StatementBounds",
    "StatementFilter",
    "Timeline",
    "TimelineRef",
    "Undated",
    "Window",
    "count_statements",
    "keys_of_spellings",
    "list_actors",
    "list_buckets",
    "list_redactions",
    "list_sources",
    "list_statements",
    "list_timelines",
    "positions_of",
    "recorded_at",
    "redaction_of",
    "show_facets",
    "show_statement",
    "show_timeline",
    "shown_time",
    "source_named",
    "timeline_at",
]

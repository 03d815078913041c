"""The answers of the read model, as plain types that `projections.queries` fills and clients read.

It imports no SQLite. The queries are in `projections.queries`; what the service puts around an
answer, such as a page or a moment, is in `service.messages`.

Tested elsewhere:
- `tests/unit/projections/queries/test_queries.py`: `actor`, `source`, `statement`, `timeline`
- `tests/unit/service/access/test_policy.py`: `access`
- `tests/unit/projections/queries/test_counting.py`: `buckets`, `choices`, `facets`
- `tests/unit/projections/fold/test_as_of.py`: `difference`
- `tests/unit/projections/fold/test_proposals.py`: `proposal`
"""

from __future__ import annotations

from projections.answers.actor import Actor
from projections.answers.buckets import Beside, Bucket, Buckets
from projections.answers.choices import Direction, Every, Match, Order, Standing, StatementClock
from projections.answers.difference import (
    Change,
    CorrectedStatement,
    MovedStanding,
    RelationEnds,
)
from projections.answers.facets import Facet, Facets
from projections.answers.source import ShownSourceGrade, SourceItem
from projections.answers.statement import (
    ShownBounds,
    ShownDate,
    ShownRelation,
    ShownRetraction,
    ShownStatement,
    StatementBounds,
)
from projections.answers.timeline import Timeline

__all__ = [
    "Actor",
    "Beside",
    "Bucket",
    "Buckets",
    "Change",
    "CorrectedStatement",
    "Direction",
    "Every",
    "Facet",
    "Facets",
    "Match",
    "MovedStanding",
    "Order",
    "RelationEnds",
    "ShownBounds",
    "ShownDate",
    "ShownRelation",
    "ShownRetraction",
    "ShownSourceGrade",
    "ShownStatement",
    "SourceItem",
    "Standing",
    "StatementBounds",
    "StatementClock",
    "Timeline",
]

"""The family of errors. Each is raised where its fact is known and translated to HTTP once,
in `service/http/problems/translation.py`.

    OnrecordError
    ├── InvalidInput              the words themselves are wrong; `faults` says where
    │   └── DateError             not a date: message and column
    ├── Refused                   well-formed, but a rule says no
    │   ├── Unknown               what the command names is not there
    │   ├── StatementExists       the id is taken by other content
    │   ├── AlreadyRetracted
    │   ├── NotRetracted
    │   ├── RelationExists
    │   ├── SpellingTaken         the spelling belongs to another actor
    │   ├── KeyExists             the name was given to a key before
    │   ├── AlreadyRevoked        the key does not hold any more
    │   ├── ProposalDecided       approved, refused or withdrawn before
    │   ├── StatementGone         redacted, for every date
    │   └── Rejected              the rules refuse the content; `faults` says where
    ├── Conflict                  the append lost against another one
    │   ├── RevisionConflict      a subject has moved
    │   └── IdempotencyConflict   the id or key was used for something else
    ├── LogError                  the log cannot do its work
    │   ├── LogUnavailable        not reached; certainly nothing was written
    │   │   └── LogRefused        the server answered, and refuses
    │   ├── OutcomeUnknown        sent, but no answer came: written or not
    │   ├── UnfitServer           a server that would lose or refuse events
    │   ├── NoSpaceToRemove       the server would not hold the log twice
    │   ├── LogReplaced           another history than the one that was read before
    │   └── CorruptEvent          an entry that is not what the service wrote
    ├── ReadModelError            the read model cannot answer
    │   ├── Damaged               its file is damaged; it is folded from the log again
    │   ├── Lagging               the wanted revision is not folded yet
    │   ├── QueryTooLong          the time limit cut the query
    │   └── Stalled               an event of this timeline could not be folded
    ├── AccessError               somebody asks for what they are not given
    │   ├── Unauthenticated       who asks is not known, or a key is not good
    │   ├── Forbidden             may read it, but may not do this
    │   └── IdentityUnavailable   the issuer at which people sign in does not answer
    └── AuditError                something does not prove what it should: `events.tlog.errors`

Tested elsewhere:
- `tests/unit/service/http/problems/test_translation.py`: `root`, `request`, `rules`,
  `log`, `read_model`, `access`
"""

from __future__ import annotations

from events.errors.access import (
    AccessError,
    Forbidden,
    IdentityUnavailable,
    Unauthenticated,
)
from events.errors.log import (
    CorruptEvent,
    LogError,
    LogRefused,
    LogReplaced,
    LogUnavailable,
    NoSpaceToRemove,
    OutcomeUnknown,
    UnfitServer,
)
from events.errors.read_model import (
    Damaged,
    Lagging,
    QueryTooLong,
    ReadModelError,
    Stalled,
)
from events.errors.request import (
    DateError,
    Fault,
    InvalidInput,
)
from events.errors.root import (
    OnrecordError,
)
from events.errors.rules import (
    AlreadyRetracted,
    AlreadyRevoked,
    Conflict,
    IdempotencyConflict,
    KeyExists,
    NotRetracted,
    ProposalDecided,
    Refused,
    Rejected,
    RelationExists,
    RevisionConflict,
    SpellingTaken,
    StatementExists,
    StatementGone,
    Unknown,
)

__all__ = [
    "AccessError",
    "AlreadyRetracted",
    "AlreadyRevoked",
    "Conflict",
    "CorruptEvent",
    "Damaged",
    "DateError",
    "Fault",
    "Forbidden",
    "IdempotencyConflict",
    "IdentityUnavailable",
    "InvalidInput",
    "KeyExists",
    "Lagging",
    "LogError",
    "LogRefused",
    "LogReplaced",
    "LogUnavailable",
    "NoSpaceToRemove",
    "NotRetracted",
    "OnrecordError",
    "OutcomeUnknown",
    "ProposalDecided",
    "QueryTooLong",
    "ReadModelError",
    "Refused",
    "Rejected",
    "RelationExists",
    "RevisionConflict",
    "SpellingTaken",
    "Stalled",
    "StatementExists",
    "StatementGone",
    "Unauthenticated",
    "UnfitServer",
    "Unknown",
]

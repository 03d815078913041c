"""The tables of the read model.

Keys are natural and small, so a rebuild gives the same rows: `tl` is a timeline (the n-th seen in
its partition: n * partitions + partition), `st` a statement (the revision at which it was
recorded), `actor` an actor (the revision at which it was registered). Only what the view `terms`
shows as the same may be in other rows of the tables behind it.

Rows that describe state are versioned: a row is valid at revision r if `since <= r < until`, and
`until` is `STILL` while it is valid. Facts that simply replace each other have no `until`: the last
one with `since <= r` is valid. If `until` is part of a key, the current row is found by one seek,
however long the history is.
"""

from __future__ import annotations

__all__ = ["TABLES"]

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- How far each partition is folded; header is the SHA-256 of the last event's header.
CREATE TABLE checkpoints (
  partition INTEGER PRIMARY KEY, position INTEGER NOT NULL, header BLOB NOT NULL
) STRICT;

-- Entries of the log that do not even tell their timeline.
CREATE TABLE unreadable (
  partition INTEGER, position INTEGER, reason TEXT NOT NULL, PRIMARY KEY (partition, position)
) STRICT, WITHOUT ROWID;

-- revision is the last one folded; stalled_at the one that could not be.
CREATE TABLE timelines (
  tl INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL,
  stalled_at INTEGER, stalled_position INTEGER, reason TEXT
) STRICT;
CREATE INDEX timelines_stalled ON timelines (tl) WHERE stalled_at IS NOT NULL;

CREATE TABLE timeline_versions (
  tl INTEGER, since INTEGER, title TEXT NOT NULL, description TEXT, language TEXT NOT NULL,
  PRIMARY KEY (tl, since)
) STRICT, WITHOUT ROWID;

-- The outermost bounds of occurred times.
CREATE TABLE timeline_spans (
  tl INTEGER, since INTEGER, first INTEGER, last INTEGER, PRIMARY KEY (tl, since)
) STRICT, WITHOUT ROWID;

-- Every event whose header can be read, of stalled timelines too. recorded_at in microseconds;
-- statements is how many the timeline had then.
CREATE TABLE events (
  tl INTEGER, revision INTEGER, position INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
  type TEXT NOT NULL, statements INTEGER NOT NULL, PRIMARY KEY (tl, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_type ON events (tl, type, revision);
CREATE TABLE event_subjects (
  tl INTEGER, subject TEXT, revision INTEGER, PRIMARY KEY (tl, subject, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE redactions (
  tl INTEGER, id TEXT, revision INTEGER NOT NULL, PRIMARY KEY (tl, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE statements (
  tl INTEGER, st INTEGER, id TEXT NOT NULL, PRIMARY KEY (tl, st)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX statements_id ON statements (tl, id);

-- What was recorded or corrected; shown is the part of the answer that follows from it alone,
-- one JSON object; speakers are the keys of said.by and said.with, a JSON array. content is
-- tl * 2^40 + the event's revision.
CREATE TABLE contents (
  content INTEGER PRIMARY KEY, st INTEGER NOT NULL, speakers BLOB NOT NULL, shown BLOB NOT NULL
) STRICT;

-- The words of each content, by its key. They are cut and folded before they come here. What begins
-- with one or two letters is an entry of its own: it would be put together of thousands. Sixteen
-- segments are merged at once, not four: that saves a batch a twentieth, and costs a word 10 µs.
CREATE VIRTUAL TABLE search USING fts5 (
  words, content = '', contentless_delete = 1, prefix = '1 2', tokenize = 'ascii'
);
INSERT INTO search (search, rank) VALUES ('automerge', 16);

-- A row for every change of anything that is shown of a statement. The bounds are the outermost
-- ones, null where there is no date; late is how many days after the one of its start something
-- begins at the latest, null where nobody knows; related counts the relations; touched is the last
-- event whose subject or target it is.
CREATE TABLE statement_versions (
  tl INTEGER, st INTEGER, until INTEGER, since INTEGER NOT NULL, content INTEGER NOT NULL,
  kind INTEGER NOT NULL, standing INTEGER NOT NULL, unsourced INTEGER NOT NULL,
  occurred_start INTEGER, occurred_end INTEGER, said_start INTEGER, said_end INTEGER,
  occurred_late INTEGER, said_late INTEGER,
  supports INTEGER NOT NULL, disputes INTEGER NOT NULL, related INTEGER NOT NULL,
  credibility INTEGER, touched INTEGER NOT NULL,
  PRIMARY KEY (tl, st, until)
) STRICT, WITHOUT ROWID;
CREATE INDEX versions_occurred ON statement_versions
  (tl, occurred_start, occurred_end, st, since, until, kind, standing, unsourced, content,
   said_start, said_end, occurred_late);
-- Those whose standing is more than asserted: often few.
CREATE INDEX versions_contested ON statement_versions (tl, standing, st) WHERE standing > 0;
CREATE INDEX versions_said ON statement_versions
  (tl, said_start, said_end, st, since, until, kind, standing, unsourced, content,
   occurred_start, occurred_end, said_late);
-- What changed between two revisions.
CREATE INDEX versions_since ON statement_versions (tl, since);
-- The outermost occurred times of now.
CREATE INDEX versions_first ON statement_versions (tl, occurred_start)
  WHERE until = {STILL} AND occurred_start > {OPEN_START};
CREATE INDEX versions_last ON statement_versions (tl, occurred_end)
  WHERE until = {STILL} AND occurred_end < {OPEN_END};

-- A row for each time that a statement had a term, except those of postings.
CREATE TABLE term_spans (
  tl INTEGER, field INTEGER, key TEXT, st INTEGER, since INTEGER, until INTEGER NOT NULL,
  PRIMARY KEY (tl, field, key, st, since)
) STRICT, WITHOUT ROWID;

-- Terms that several statements of one batch were recorded with: a JSON array of their numbers in
-- order, of which first is the first one. Which ones share a row follows from the batches. ended is
-- 1 if the term of one of them may have ended.
CREATE TABLE postings (
  tl INTEGER, field INTEGER, key TEXT, first INTEGER, ended INTEGER NOT NULL,
  statements TEXT NOT NULL,
  PRIMARY KEY (tl, field, key, first)
) STRICT, WITHOUT ROWID;

-- Where a term of a posting ended.
CREATE TABLE posting_ends (
  tl INTEGER, field INTEGER, key TEXT, st INTEGER, until INTEGER NOT NULL,
  PRIMARY KEY (tl, field, key, st)
) STRICT, WITHOUT ROWID;

CREATE VIEW terms (tl, field, key, st, since, until) AS
SELECT tl, field, key, st, since, until FROM term_spans
UNION ALL
SELECT p.tl, p.field, p.key, n.value, n.value, CASE p.ended WHEN 0 THEN {STILL}
  ELSE coalesce((SELECT e.until FROM posting_ends e WHERE e.tl = p.tl AND e.field = p.field
    AND e.key = p.key AND e.st = n.value), {STILL}) END
FROM postings p CROSS JOIN json_each(p.statements) n;

-- since is the revision of the relating event; said_on and evidence (JSON) are its on and source.
CREATE TABLE relations (
  tl INTEGER, source INTEGER, until INTEGER, relation INTEGER, target INTEGER,
  since INTEGER NOT NULL, note TEXT, said_on TEXT, evidence TEXT,
  PRIMARY KEY (tl, source, until, relation, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX relations_in ON relations (tl, target, until, relation, source, since);
CREATE INDEX relations_since ON relations (tl, since);
CREATE INDEX relations_ended ON relations (tl, until) WHERE until < {STILL};

-- Which event gives a statement which standing, stronger ones beside weaker ones.
CREATE TABLE causes (
  tl INTEGER, st INTEGER, until INTEGER, standing INTEGER, revision INTEGER, since INTEGER,
  PRIMARY KEY (tl, st, until, standing, revision, since)
) STRICT, WITHOUT ROWID;

-- What is shown of a retraction, one JSON object, by the revision of the retracting event.
CREATE TABLE retractions (
  tl INTEGER, st INTEGER, revision INTEGER, shown TEXT NOT NULL, PRIMARY KEY (tl, st, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE actors (
  tl INTEGER, key TEXT, until INTEGER, since INTEGER NOT NULL, actor INTEGER NOT NULL,
  id TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (tl, key, until)
) STRICT, WITHOUT ROWID;

-- role is id, name or alias. Who merely is mentioned owns no spelling.
CREATE TABLE spellings (
  tl INTEGER, key TEXT, until INTEGER, role TEXT, since INTEGER NOT NULL, actor INTEGER NOT NULL,
  spelling TEXT NOT NULL, PRIMARY KEY (tl, key, until, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX spellings_actor ON spellings (tl, actor, until, role, since);

-- The first spelling under which a statement named someone.
CREATE TABLE mentions (
  tl INTEGER, key TEXT, since INTEGER NOT NULL, spelling TEXT NOT NULL, PRIMARY KEY (tl, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_grades (
  tl INTEGER, source TEXT, revision INTEGER, reliability TEXT NOT NULL, note TEXT,
  author TEXT NOT NULL, recorded_at TEXT NOT NULL, PRIMARY KEY (tl, source, revision)
) STRICT, WITHOUT ROWID;

-- Who has a key, of the timeline _access. issued and revoked are revisions; a key that is revoked
-- stays valid as a row, since its name stays taken.
CREATE TABLE keys (
  tl INTEGER, name TEXT, until INTEGER, since INTEGER NOT NULL, id TEXT NOT NULL,
  sha256 TEXT NOT NULL, expires TEXT, issued INTEGER NOT NULL, author TEXT NOT NULL,
  recorded_at TEXT NOT NULL, revoked INTEGER, reason TEXT, revoker TEXT, revoked_at TEXT,
  PRIMARY KEY (tl, name, until)
) STRICT, WITHOUT ROWID;

-- What is granted, of the timeline _access.
CREATE TABLE grants (
  tl INTEGER, id TEXT, until INTEGER, since INTEGER NOT NULL, grantee TEXT NOT NULL,
  role TEXT NOT NULL, timelines TEXT NOT NULL, author TEXT NOT NULL, recorded_at TEXT NOT NULL,
  PRIMARY KEY (tl, id, until)
) STRICT, WITHOUT ROWID;

-- What has become of a proposal, of a timeline of proposals; its text is in the log alone. made is
-- the revision at which it was made, since that of the last event about it.
CREATE TABLE proposals (
  tl INTEGER, id TEXT, until INTEGER, since INTEGER NOT NULL, made INTEGER NOT NULL,
  state TEXT NOT NULL, author TEXT NOT NULL, PRIMARY KEY (tl, id, until)
) STRICT, WITHOUT ROWID;
CREATE INDEX proposals_made ON proposals (tl, made);
"""
"""Braces stand for constants of `projections.storage.schema`."""

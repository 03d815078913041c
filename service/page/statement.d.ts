/** What the interface calls a Statement, an Event and their parts. */
export interface Side { earliest: string | null; latest: string | null }
export interface Bounds { start: Side; end: Side; qualifiers: string[] }
export interface Via { actor: string; role: string; on: string | null }
export interface Quantity {
  what: string; low: string | null; best: string | null; high: string | null; unit: string;
  qualifier: string | null;
}
export interface Source {
  id: string; title: string; publisher: string | null; url: string | null; published: string | null;
  quote: string | null; locator: string | null; archive_url: string | null; sha256: string | null;
  retrieved_at: string | null;
}
export interface Relation {
  relation: string; direction: "in" | "out"; statement: string; note: string | null; revision: number;
}
export interface Statement {
  id: string; kind: string; text: string; language: string;
  said: { by: string; on: string | null; via: Via[] };
  occurred: string | null; about: string[];
  places: { name: string; latitude: number | null; longitude: number | null }[];
  quantities: Quantity[]; sources: Source[]; tags: string[];
  bounds: { occurred: Bounds | null; said: Bounds | null };
  standing: import("./standing.js").Standing; because: number[]; supports: number; disputes: number;
  relations: Relation[]; credibility: number | null; unsourced: boolean; revision: number;
  changed: number; recorded_at: string; corrected_at: string | null;
}
export interface LogEvent {
  timeline: string; revision: number; recorded_at: string; id: string; type: string; version: number;
  subject: string; author: string; digest: string; seal: string; salt?: string; data?: any;
  redacted?: number; missing?: boolean;
}

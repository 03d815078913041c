/** The types of the HTTP interface that the page uses. */
export type Standing = "asserted" | "corroborated" | "disputed" | "superseded" | "retracted";
export interface Side { earliest: string | null; latest: string | null }
export interface Bounds { start: Side; end: Side; qualifiers: string[] }
export interface Via { actor: string; role: string; on: string | null }
export interface Said { by: string | null; with: string[]; on: string | null; via: Via[] }
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
  on: string | null; source: Source | null;
}
export interface Retraction {
  reason: string; by: string | null; on: string | null; source: Source | null; revision: number;
}
export interface Rating { label: string; value: string | null; best: string | null; worst: string | null }
export interface Origin { dataset: string | null; id: string | null; url: string | null; sha256: string | null }
export interface Statement {
  id: string; kind: string; text: string; language: string;
  said: Said;
  occurred: string | null; about: { actor: string; role: string | null }[];
  places: { name: string; latitude: number | null; longitude: number | null }[];
  quantities: Quantity[]; sources: Source[]; tags: string[]; extra: Record<string, string>;
  rating: Rating | null; origin: Origin | null; retraction: Retraction | null;
  bounds: { occurred: Bounds | null; said: Bounds | null };
  standing: Standing; because: number[]; supports: number; disputes: number;
  relations: Relation[]; credibility: number | null; unsourced: boolean; revision: number;
  changed: number; recorded_at: string; corrected_at: string | null;
}
export interface LogEvent {
  timeline: string; revision: number; recorded_at: string; id: string; type: string; version: number;
  subject: string; author: string; digest: string; seal: string; salt?: string; data?: any;
  redacted?: number; missing?: boolean;
}

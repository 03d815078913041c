// @ts-check
/** What happened to statements after they were recorded: what was corrected, retracted or reinstated, and why; and which were redacted. */

import { ask, below, pages } from "./api.js";
import { isObject, merged } from "./patch.js";

/** @typedef {import("./statement").LogEvent} LogEvent */
/** @typedef {{path: string, before: any, after: any}} FieldChange `path`: the names of the field, joined by points */
/**
 * `event`: as the log has it; `fields`: what a correction changed.
 * @typedef {{event: LogEvent, fields: FieldChange[]}} Change
 */

/**
 * All events of a statement, in order.
 * @param {string} id @param {Record<string, string>} query the moment, if an earlier one is shown
 * @returns {Promise<Change[]>}
 */
export async function changesOf(id, query) {
  const path = below(`/statements/${encodeURIComponent(id)}/history`);
  /** @type {LogEvent[]} */
  const events = [];
  for await (const { body } of pages(path, { ...query, limit: "200" })) events.push(...body.items);
  /** @type {any} */
  let content = {};
  return events.map((event) => {
    const before = content;
    if (event.data && event.type === "statement.recorded") content = event.data;
    if (!event.data || event.type !== "statement.corrected" || event.subject !== `statements/${id}`) return { event, fields: [] };
    content = merged(content, event.data.changes);
    return { event, fields: differing(before, content, event.data.changes) };
  });
}

/** @param {any} before @param {any} after @param {any} changes @param {string} [within] @returns {FieldChange[]} */
function differing(before, after, changes, within = "") {
  return Object.keys(changes).flatMap((name) => {
    const [old, now] = [before?.[name] ?? null, after?.[name] ?? null];
    if (isObject(changes[name]) && isObject(old) && isObject(now)) return differing(old, now, changes[name], `${within}${name}.`);
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [{ path: within + name, before: old, after: now }];
  });
}

/**
 * `id`: of the statement; `since`: the revision at which it was recorded; `takes`: those whose texts it removes.
 * @typedef {{revision: number, time: string, id: string, since: number, takes: number[], reason: string}} Redaction
 */

/** A redaction of a proposal has another subject. */
const SUBJECT = "statements/";

/** @type {{by: number, found: Promise<Redaction[]>}} what is known by a revision */
let known = { by: 0, found: Promise.resolve([]) };

/**
 * The redactions of the timeline, in order. Their statements are gone for every moment; what is left is when that was done, and why.
 * @param {number} revision that has to be among what is looked at
 * @returns {Promise<Redaction[]>}
 */
export function redactions(revision) {
  if (known.by === revision) return known.found;
  const made = { by: revision, found: allRedactions() };
  known = made;
  made.found.catch(() => {
    if (known === made) known = { by: 0, found: Promise.resolve([]) };
  });
  return made.found;
}

async function allRedactions() {
  /** @type {Redaction[]} */
  const found = [];
  for (let after = 0; ; ) {
    const { body } = await ask(below("/events"), { type: "statement.redacted", limit: "500", after: String(after) });
    found.push(...body.items.filter((/** @type {any} */ event) => event.subject.startsWith(SUBJECT) && event.data).map(redaction));
    if (body.next_after === null) return found;
    after = body.next_after;
  }
}

/** @param {any} event @returns {Redaction} */
function redaction({ revision, recorded_at: time, subject, data }) {
  return { revision, time, id: subject.slice(SUBJECT.length), since: Math.min(revision, ...data.revisions), takes: data.revisions, reason: data.reason };
}

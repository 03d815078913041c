// @ts-check
/** The redactions of the timeline. Their statements are gone for every moment; what is left is when that was done, and why. */

import { ask, below } from "./api.js";

/**
 * `id`: of the statement; `since`: the revision at which it was recorded.
 * @typedef {{revision: number, time: string, id: string, since: number, reason: string}} Redaction
 */

/** A redaction of a proposal has another subject. */
const SUBJECT = "statements/";

/** @type {{by: number, found: Promise<Redaction[]>}} what is known by a revision */
let known = { by: 0, found: Promise.resolve([]) };

/**
 * All of the timeline, in order.
 * @param {number} revision that has to be among what is looked at
 * @returns {Promise<Redaction[]>}
 */
export function redactions(revision) {
  if (known.by === revision) return known.found;
  const made = { by: revision, found: load() };
  known = made;
  made.found.catch(() => {
    if (known === made) known = { by: 0, found: Promise.resolve([]) };
  });
  return made.found;
}

async function load() {
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
  return { revision, time, id: subject.slice(SUBJECT.length), since: Math.min(revision, ...data.revisions), reason: data.reason };
}

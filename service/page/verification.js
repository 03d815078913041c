// @ts-check
/** Whether a statement's events are under the signed head, found out by the browser itself. */

import { ask, below, Problem } from "./api.js";
import { Doubt } from "./doubt.js";
import { make } from "./element.js";
import { provenEvent } from "./proven_event.js";
import { odd } from "./recorded.js";
import { holdToLast, keepKey, keyOfTimeline, lastHead } from "./watch.js";

/** @typedef {import("./statement").Statement} Statement */
/** @typedef {import("./proven_event.js").Proven} Proven */

/** @type {Record<string, string>} */
const FIELDS = { said: "speaker, chain and time of saying", occurred: "time" };

/** @param {Statement} statement */
export function verification(statement) {
  const result = make("div", { class: "verify-result", "data-testid": "verify-result", role: "status", hidden: true });
  const button = make("button", { type: "button", "data-testid": "verify", text: "Verify in this browser" });
  button.addEventListener("click", async () => {
    button.disabled = true;
    tell(result, await verdict(statement));
    button.disabled = false;
  });
  return make("div", {}, button, result);
}

/**
 * @param {HTMLElement} result
 * @param {{verified: boolean, words: string, facts: string[]}} found
 */
function tell(result, { verified, words, facts }) {
  result.hidden = false;
  result.dataset.verified = verified ? "yes" : "no";
  result.replaceChildren(words, make("ul", {}, ...facts.map((text) => make("li", { text }))));
  result.scrollIntoView({ block: "nearest" });
}

/**
 * Whatever goes wrong is a no: a service that answers with nonsense has proved nothing.
 * @param {Statement} statement
 */
async function verdict(statement) {
  try {
    return await examine(statement);
  } catch (error) {
    const known = error instanceof Doubt || error instanceof Problem;
    const reason = known ? error.message : `the service answers what cannot be read (${error}).`;
    return { verified: false, words: `not verified: ${reason}`, facts: [] };
  }
}

/** @param {Statement} statement */
async function examine(statement) {
  if (!globalThis.crypto?.subtle) {
    throw new Doubt("a browser gives its cryptography only to pages over HTTPS, or of this machine.");
  }
  const last = lastHead();
  const key = await keyOfTimeline();
  /** @type {Proven[]} */
  const events = [];
  for (const revision of await history(statement)) events.push(await provenEvent(revision, key));
  holdFields(statement, events);
  const head = events.map((event) => event.head).reduce((one, other) => (one.size > other.size ? one : other));
  const watched = await holdToLast(head, last);
  keepKey(key);
  const redacted = events.filter(({ data }) => data === null).length;
  const many = `${events.length} ${events.length === 1 ? "event" : "events"}`;
  return {
    verified: true,
    words: `verified: ${many} of this statement ${events.length === 1 ? "is" : "are"} under the signed head of ${head.size}.`,
    facts: [
      "Each event’s salt and data give the digest that its header tells, and what is shown of the statement, from speaker and text to sources and tags, is what they say.",
      "Each header is a leaf of the timeline’s Merkle tree: its inclusion proof leads to the signed root.",
      `The root is signed with Ed25519 by ${key.text}.`,
      key.known ?? "It is the first time that this browser sees the key. It came from the service itself: compare it with one that you got elsewhere.",
      watched,
      ...(redacted ? [`${redacted} of them, about other statements, lost their text by redactions that are under the head too.`] : []),
      "Not checked here: standing, relations and counts, which follow from other statements’ events too; onrecord verify and replay check the whole timeline.",
      "Not proved: that no other event about it was left out, that the words are true, who the author really was, and that others are shown the same.",
    ],
  };
}

/**
 * The revisions of the events about it, up to what is shown: it may have been corrected since.
 * @param {Statement} statement @returns {Promise<number[]>}
 */
async function history({ id, changed }) {
  const path = below(`/statements/${encodeURIComponent(id)}/history`);
  let { body } = await ask(path, { as_of: String(changed), limit: "500" });
  const revisions = body.items.map((/** @type {any} */ event) => event.revision);
  while (body.next) {
    ({ body } = await ask(path, { cursor: body.next }));
    revisions.push(...body.items.map((/** @type {any} */ event) => event.revision));
  }
  return revisions;
}

/**
 * Whether what is shown is what was recorded and corrected, field for field. A statement that is
 * shown has all of its own text: what is redacted is not shown.
 * @param {Statement} statement @param {Proven[]} events
 */
function holdFields(statement, events) {
  const own = events.filter(({ subject }) => subject === `statements/${statement.id}`);
  const gone = own.find(({ data }) => data === null);
  if (gone) throw new Doubt(`the event at revision ${gone.revision} was redacted, and yet the statement is shown.`);
  const found = odd(statement, own);
  if (found === undefined) throw new Doubt("no event recorded it.");
  if (found) throw new Doubt(`what is shown of its ${FIELDS[found] ?? found} is not what its events say.`);
}

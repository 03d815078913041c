// @ts-check
/** *Verify*: the browser itself checks the events of a statement against the signed tree, and reports. */

import { make } from "../look/element.js";
import { bringIntoSight } from "../look/in_sight.js";
import { below, pages, Problem } from "../state/api.js";
import { Doubt } from "./doubt.js";
import { provenEvent } from "./proven_event.js";
import { odd } from "./shown_as_recorded.js";
import { holdToLast, keepKey, keyOfTimeline, lastHead } from "./pins.js";

/** @typedef {import("../state/statement").Statement} Statement */
/** @typedef {import("./proven_event.js").Proven} Proven */

/** @type {Record<string, string>} */
const FIELDS = { said: "speaker, chain and time of saying", occurred: "time" };

/** @param {Statement} statement */
export function verification(statement) {
  const result = make("div", { class: "verify-result", "data-testid": "verify-result", role: "status", hidden: true });
  const button = make("button", { type: "button", "data-testid": "verify", text: "Verify in this browser" });
  button.addEventListener("click", async () => {
    button.disabled = true;
    report(result, await verdict(statement));
    button.disabled = false;
  });
  return make("div", {}, button, result);
}

/**
 * @param {HTMLElement} result
 * @param {{verified: boolean, words: string, facts: string[]}} found
 */
function report(result, { verified, words, facts }) {
  result.hidden = false;
  result.dataset.verified = verified ? "yes" : "no";
  result.replaceChildren(words, make("ul", {}, ...facts.map((text) => make("li", { text }))));
  bringIntoSight(result);
}

/**
 * The result of the check. Every failure counts as not verified: a malformed answer proves nothing.
 * @param {Statement} statement
 */
async function verdict(statement) {
  try {
    return await examine(statement);
  } catch (error) {
    const known = error instanceof Doubt || error instanceof Problem;
    const reason = known ? error.message : `the answer of the service cannot be read (${error}).`;
    return { verified: false, words: `not verified: ${reason}`, facts: [] };
  }
}

/** @param {Statement} statement */
async function examine(statement) {
  if (!globalThis.crypto?.subtle) {
    throw new Doubt("browsers offer their cryptography only to pages that come over HTTPS or from this machine.");
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
    words: `verified: ${many} of this statement ${events.length === 1 ? "is" : "are"} in the signed tree of ${head.size} events.`,
    facts: [
      "The salt and data of each event match the digest in its header, and the statement is shown as these events have it, from speaker and text to sources and tags.",
      "Each header is a leaf of the timeline’s Merkle tree: its inclusion proof leads to the signed root.",
      `The root is signed with Ed25519 by ${key.text}.`,
      key.known ?? "This browser sees this key for the first time. It came from the service itself: compare it with a copy from elsewhere.",
      watched,
      ...(redacted ? [`${redacted} of these events, about other statements, were redacted; the redactions are in the signed tree too.`] : []),
      "Not checked here: standing, relations and counts, which also depend on the events of other statements. The commands onrecord verify and onrecord replay check the whole timeline.",
      "Not proved: that no other event about it was left out, that the words are true, who the author really was, and that others are shown the same.",
    ],
  };
}

/**
 * The revisions of the statement's events up to the state that is shown; it may have been corrected since.
 * @param {Statement} statement @returns {Promise<number[]>}
 */
async function history({ id, changed }) {
  const path = below(`/statements/${encodeURIComponent(id)}/history`);
  /** @type {number[]} */
  const revisions = [];
  for await (const { body } of pages(path, { as_of: String(changed), limit: "500" })) {
    revisions.push(...body.items.map((/** @type {{revision: number}} */ event) => event.revision));
  }
  return revisions;
}

/**
 * Checks that each field is shown as it was recorded and corrected. A redacted statement is not shown at
 * all, so none of its own events may be redacted.
 * @param {Statement} statement @param {Proven[]} events
 */
function holdFields(statement, events) {
  const own = events.filter(({ subject }) => subject === `statements/${statement.id}`);
  const gone = own.find(({ data }) => data === null);
  if (gone) throw new Doubt(`the event at revision ${gone.revision} was redacted, but the statement is still shown.`);
  const found = odd(statement, own);
  if (found === undefined) throw new Doubt("no event recorded this statement.");
  if (found) throw new Doubt(`its events say something else about its ${FIELDS[found] ?? found}.`);
}

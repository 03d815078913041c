// @ts-check
/** Whether a statement's events are under the signed head, found out by the browser itself. */

import * as address from "./address.js";
import { ask, below, Problem, timeline } from "./api.js";
import { make } from "./element.js";
import { cut, digest, fromBase64, leafHash, openCheckpoint, rootOf, same } from "./proof.js";

/** @typedef {import("./statement").Statement} Statement */

/** Where the timeline's key is kept. */
const PLACE = `onrecord key ${timeline}`;

/** What stands against a statement. */
class Doubt extends Error {}

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

/** @param {Statement} statement */
async function verdict(statement) {
  try {
    return await examine(statement);
  } catch (error) {
    if (!(error instanceof Doubt || error instanceof Problem || error instanceof TypeError)) throw error;
    return { verified: false, words: `not verified: ${error.message}`, facts: [] };
  }
}

/** @param {Statement} statement */
async function examine(statement) {
  if (!globalThis.crypto?.subtle) {
    throw new Doubt("a browser gives its cryptography only to pages over HTTPS, or of this machine.");
  }
  const key = await keyOfTimeline();
  const lines = await history(statement.id);
  const redacted = lines.filter((line) => cut(line).data === null).length;
  let size = 0;
  for (const line of lines) size = Math.max(size, await examineEvent(line, key));
  holdText(statement, lines);
  if (key.next) remember(PLACE, key.next);
  const many = `${lines.length} ${lines.length === 1 ? "event" : "events"}`;
  return {
    verified: true,
    words: `verified: ${many} of this statement ${lines.length === 1 ? "is" : "are"} under the signed head of ${size}.`,
    facts: [
      "Each event’s salt and data give the digest that its header tells, and the text shown is the one in them.",
      "Each header is a leaf of the timeline’s Merkle tree: its inclusion proof leads to the signed root.",
      `The root is signed with Ed25519 by ${key.text}.`,
      key.known ?? "It is the first time that this browser sees the key. It came from the service itself: compare it with one that you got elsewhere.",
      ...(redacted ? [`The text of ${redacted} was taken out by a redaction; its digest cannot be checked.`] : []),
      "Not proved: that the words are true, that nothing else was said, who the author really was, and that others are shown the same.",
    ],
  };
}

/**
 * The key that the service names, held to the one that this browser saw before. While a key is
 * changed both sign: then the old one vouches for the `next`, which is kept in its place.
 * @typedef {{text: string, next: string | null, known: string | null}} Key
 * @returns {Promise<Key>}
 */
async function keyOfTimeline() {
  const answer = await fetch(below("/keys"));
  if (answer.status === 404) throw new Doubt("this service signs nothing for this timeline, or not yet.");
  const keys = (await answer.text()).trim().split("\n");
  const before = remembered(PLACE);
  if (!before) return { text: keys[0], next: keys[0], known: null };
  if (before === keys[0]) return { text: before, next: null, known: "It is the key that this browser saw before." };
  if (!keys.includes(before)) {
    throw new Doubt(`the key is another one than this browser saw before (${before}). Ask the operator why.`);
  }
  return { text: before, next: keys[0], known: `It is the key that this browser saw before. ${keys[0]}, which takes its place, signed as well.` };
}

/** @param {string} place @returns {string | null} nothing where a page may keep nothing */
function remembered(place) {
  try {
    return localStorage.getItem(place);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** @param {string} place @param {string} text */
function remember(place, text) {
  try {
    localStorage.setItem(place, text);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/** @param {string} id @returns {Promise<string[]>} the exact lines of its events */
async function history(id) {
  const path = below(`/statements/${encodeURIComponent(id)}/history`);
  let { body } = await ask(path, { ...address.moment(), limit: "500" });
  const revisions = body.items.map((/** @type {any} */ event) => event.revision);
  while (body.next) {
    ({ body } = await ask(path, { cursor: body.next }));
    revisions.push(...body.items.map((/** @type {any} */ event) => event.revision));
  }
  return Promise.all(revisions.map(async (/** @type {number} */ revision) => {
    const answer = await fetch(below(`/events/${revision}`));
    if (!answer.ok) throw new Doubt(`the event at revision ${revision} is not to be had.`);
    return answer.text();
  }));
}

/**
 * Raises `Doubt` at the first thing that does not fit.
 * @param {string} line @param {Key} key
 * @returns {Promise<number>} the size of the signed tree
 */
async function examineEvent(line, key) {
  const { leaf, salt, data } = cut(line);
  const header = JSON.parse(new TextDecoder().decode(leaf));
  const at = `the event at revision ${header.revision}`;
  if (salt && data && (await digest(salt, data)) !== header.digest) {
    throw new Doubt(`${at} has other data than its digest tells.`);
  }
  if (!data && JSON.parse(line).missing) throw new Doubt(`${at} has lost its data, and no redaction took it.`);
  const { proof, signed } = await proven(header.revision, key);
  if (!same(fromBase64(proof.leaf), leaf)) throw new Doubt(`${at} is not the leaf that the proof is of.`);
  const path = proof.hashes.map(fromBase64);
  const root = await rootOf(header.revision - 1, signed.size, await leafHash(leaf), path);
  if (!root || !same(root, signed.root)) throw new Doubt(`${at} is not in the tree that was signed.`);
  return signed.size;
}

/** @param {number} revision @param {Key} key a proof for the very tree whose head is signed */
async function proven(revision, key) {
  /** @type {Record<string, string>} */
  let query = { revision: String(revision) };
  for (let turn = 0; turn < 3; turn += 1) {
    const proof = (await ask(below("/proofs/inclusion"), query)).body;
    const signed = await openCheckpoint(proof.checkpoint, key.text);
    const also = key.next === null || (await openCheckpoint(proof.checkpoint, key.next));
    if (!signed || !also) throw new Doubt("the checkpoint is not signed with the timeline’s key.");
    if (!signed.origin.endsWith(`/timelines/${timeline}`)) throw new Doubt("the checkpoint is of another timeline.");
    if (proof.size === signed.size) return { proof, signed };
    query = { revision: String(revision), size: String(signed.size) };
  }
  throw new Doubt("the record grows faster than it can be read. Try again.");
}

/** @param {Statement} statement @param {string[]} lines whether what is shown is what was recorded */
function holdText(statement, lines) {
  /** @type {string | null} */
  let text = null;
  for (const line of lines) {
    const { subject, type, data } = JSON.parse(line);
    if (subject !== `statements/${statement.id}` || !data) continue;
    if (type === "statement.recorded") text = data.text;
    if (type === "statement.corrected") text = data.changes.text ?? text;
  }
  if (text !== null && text !== statement.text) throw new Doubt("the text shown is not the text of its events.");
  if (text === null && !lines.some((line) => cut(line).data === null)) throw new Doubt("no event recorded it.");
}

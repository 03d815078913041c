// @ts-check
/** Whether a statement's events are under the signed head, found out by the browser itself. */

import * as address from "./address.js";
import { ask, below, Problem, timeline } from "./api.js";
import { make } from "./element.js";
import { inZone } from "./instant.js";
import { cut, digest, fromBase64, grows, leafHash, openCheckpoint, provesNothing, rootOf, same, toBase64 } from "./proof.js";
import { odd } from "./recorded.js";

/** @typedef {import("./statement").Statement} Statement */

/** Where the timeline's key is kept. */
const PLACE = `onrecord key ${timeline}`;
/** Where the head that was verified last is kept. */
const LAST = `onrecord head ${timeline}`;

/** @typedef {{origin: string, size: number, root: import("./proof.js").Bytes}} Head a tree's, as it was signed */

/** @type {Record<string, string>} */
const FIELDS = { said: "speaker, chain and time of saying", occurred: "time" };

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
  /** @type {Head | null} */
  let head = null;
  for (const line of lines) {
    const signed = await examineEvent(line, key);
    if (!head || signed.size > head.size) head = signed;
  }
  if (!head) throw new Doubt("no event recorded it.");
  holdFields(statement, lines);
  const watched = await holdToLast(head);
  if (key.next) remember(PLACE, key.next);
  const many = `${lines.length} ${lines.length === 1 ? "event" : "events"}`;
  return {
    verified: true,
    words: `verified: ${many} of this statement ${lines.length === 1 ? "is" : "are"} under the signed head of ${head.size}.`,
    facts: [
      "Each event’s salt and data give the digest that its header tells, and what is shown of the statement, from speaker and text to sources and tags, is what they say.",
      "Each header is a leaf of the timeline’s Merkle tree: its inclusion proof leads to the signed root.",
      `The root is signed with Ed25519 by ${key.text}.`,
      key.known ?? "It is the first time that this browser sees the key. It came from the service itself: compare it with one that you got elsewhere.",
      watched,
      ...(redacted ? [`The text of ${redacted} was taken out by a redaction; its digest cannot be checked.`] : []),
      "Not checked here: standing, relations and counts, which follow from other statements’ events too; onrecord verify and replay check the whole timeline.",
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
  const weak = keys.find(provesNothing);
  if (weak) throw new Doubt(`the key ${weak} proves nothing: under it anything would be signed.`);
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
 * @returns {Promise<Head>} the signed tree that it is in
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
  return signed;
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

/**
 * Holds the signed head to the one that this browser verified last: the record only grows.
 * @param {Head} signed @returns {Promise<string>} since when it has been watched, in words
 */
async function holdToLast(signed) {
  const kept = remembered(LAST);
  const mine = { size: signed.size, root: toBase64(signed.root), at: new Date().toISOString() };
  if (kept === null) {
    remember(LAST, JSON.stringify({ ...mine, since: mine.at }));
    return "It is the first time that this browser verifies this timeline; from now on it holds each head to the one before.";
  }
  const last = parsed(kept);
  const told = `of ${last.size}, which this browser verified at ${inZone(last.at)}`;
  if (signed.size < last.size) throw new Doubt(`the signed head is of ${signed.size} events, fewer than the one ${told}. Events were taken away.`);
  if (!(await growsFrom(last, signed))) throw new Doubt(`the signed tree does not begin with the one ${told}. History was changed.`);
  remember(LAST, JSON.stringify({ ...mine, since: last.since }));
  return `The tree begins with the one ${told}: nothing in it was changed since. It has watched since ${inZone(last.since)}.`;
}

/** @param {string} kept @returns {{size: number, root: string, at: string, since: string}} */
function parsed(kept) {
  try {
    return JSON.parse(kept);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Doubt("what this browser kept of the head before cannot be read.");
    throw error;
  }
}

/** @param {{size: number, root: string}} last @param {Head} signed */
async function growsFrom(last, signed) {
  const root = fromBase64(last.root);
  if (last.size === signed.size) return same(root, signed.root);
  const query = { from: String(last.size), to: String(signed.size) };
  const { body } = await ask(below("/proofs/consistency"), query);
  return grows(last.size, root, signed.size, signed.root, body.hashes.map(fromBase64));
}

/**
 * Whether what is shown is what was recorded and corrected, field for field.
 * @param {Statement} statement @param {string[]} lines
 */
function holdFields(statement, lines) {
  const found = odd(statement, lines.map((line) => JSON.parse(line)));
  if (found === null) return;
  if (found) throw new Doubt(`what is shown of its ${FIELDS[found] ?? found} is not what its events say.`);
  if (!lines.some((line) => cut(line).data === null)) throw new Doubt("no event recorded it.");
}

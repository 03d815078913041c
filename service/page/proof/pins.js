// @ts-check
/** What this browser stores of a timeline, to compare later answers with: its key, and the last signed head. */

import { root as prefix } from "../state/address.js";
import { arriving, ask, below, Problem, soon, timeline } from "../state/api.js";
import { inZone } from "../words/instant.js";
import { fromBase64, same, toBase64 } from "./bytes.js";
import { provesNothing } from "./checkpoint.js";
import { Doubt } from "./doubt.js";
import { grows } from "./tree.js";

/** @typedef {{origin: string, size: number, root: import("./bytes.js").Bytes}} Head the signed size and root of a tree */
/** @typedef {{size: number, root: string, at: string, since: string}} Kept the last head that was verified, when, and when the first one was */

/** The timeline's name, with the path prefix if this host shows several services. */
const NAME = prefix ? `${prefix}/${timeline}` : timeline;
const KEY = `onrecord key ${NAME}`;
const HEAD = `onrecord head ${NAME}`;

/**
 * The timeline's key, compared with the one that this browser stored. While a key is being rotated both
 * keys sign. Then the stored one vouches for its successor, `next`, which will be stored in its place.
 * `known` says in words that the key was seen before; null if it was not.
 * @typedef {{text: string, next: string | null, known: string | null}} Key
 * @returns {Promise<Key>}
 */
export async function keyOfTimeline() {
  const answer = await arriving(fetch(below("/keys"), { signal: soon() }));
  if (answer.status === 404) throw new Doubt("this service has not signed this timeline, at least not yet.");
  if (!answer.ok) throw new Problem(answer.status, await arriving(answer.json(), false)); // the body is not a key
  const keys = (await arriving(answer.text())).trim().split("\n");
  const weak = keys.find(provesNothing);
  if (weak) throw new Doubt(`the key ${weak} proves nothing: signatures of anything can be valid under it.`);
  const before = remembered(KEY);
  if (!before) return { text: keys[0], next: keys[0], known: null };
  if (before === keys[0]) return { text: before, next: null, known: "This browser has seen this key before." };
  if (!keys.includes(before)) {
    throw new Doubt(
      `the key is not the one that this browser saw before (${before}). Ask the operator why. If the new key ` +
        "is right, delete this site’s data in your browser, verify again, and compare the key.",
    );
  }
  return { text: before, next: keys[0], known: `This browser has seen this key before. Its successor ${keys[0]} signed as well.` };
}

/** @param {Key} key the key of a successful verification */
export function keepKey(key) {
  if (key.next) remember(KEY, key.next);
}

/** @returns {Kept | null} the head that was verified last; null if none was */
export function lastHead() {
  const kept = remembered(HEAD);
  if (kept === null) return null;
  try {
    const { size, root, at, since } = JSON.parse(kept) ?? {};
    if (Number.isInteger(size) && size > 0 && fromBase64(root).length === 32) return { size, root, at, since };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof DOMException)) throw error;
  }
  throw new Doubt("what this browser stored about the last signed head cannot be read.");
}

/**
 * Checks that the signed tree begins with the one that was verified last, and stores its head.
 * @param {Head} signed @param {Kept | null} last read before the signed head was requested
 * @returns {Promise<string>} the result, in words
 */
export async function holdToLast(signed, last) {
  const at = new Date().toISOString();
  const mine = { size: signed.size, root: toBase64(signed.root), at };
  if (last === null) {
    remember(HEAD, JSON.stringify({ ...mine, since: at }));
    return "This browser verifies this timeline for the first time. From now on it compares each signed tree with the one before.";
  }
  const before = `the tree of ${last.size} events that this browser verified at ${inZone(last.at)}`;
  if (signed.size < last.size) throw new Doubt(`the signed tree has ${signed.size} events, fewer than ${before}. Events were removed.`);
  if (!(await growsFrom(last, signed))) throw new Doubt(`the signed tree does not begin with ${before}. History was changed.`);
  remember(HEAD, JSON.stringify({ ...mine, since: last.since }));
  return `The signed tree begins with ${before}: nothing in it has changed since. This browser has watched this timeline since ${inZone(last.since)}.`;
}

/** @param {Kept} last @param {Head} signed */
async function growsFrom(last, signed) {
  const root = fromBase64(last.root);
  if (last.size === signed.size) return same(root, signed.root);
  const query = { from: String(last.size), to: String(signed.size) };
  const { body } = await ask(below("/proofs/consistency"), query);
  return grows(last.size, root, signed.size, signed.root, body.hashes.map(fromBase64));
}

/** @param {string} place @returns {string | null} null if nothing is stored, or the browser lets the page store nothing */
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

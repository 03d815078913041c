// @ts-check
/** What this browser keeps of a timeline, to hold the next answer to: its key, and the last head. */

import { ask, below, timeline } from "./api.js";
import { Doubt } from "./doubt.js";
import { inZone } from "./instant.js";
import { fromBase64, grows, provesNothing, same, toBase64 } from "./proof.js";

/** @typedef {{origin: string, size: number, root: import("./proof.js").Bytes}} Head a tree's, as it was signed */
/** @typedef {{size: number, root: string, at: string, since: string}} Kept a head that was verified, and when */

const KEY = `onrecord key ${timeline}`;
const HEAD = `onrecord head ${timeline}`;

/**
 * The key that the service names, held to the one that this browser saw before. While a key is
 * changed both sign: then the old one vouches for the `next`, which is kept in its place.
 * @typedef {{text: string, next: string | null, known: string | null}} Key
 * @returns {Promise<Key>}
 */
export async function keyOfTimeline() {
  const answer = await fetch(below("/keys"));
  if (answer.status === 404) throw new Doubt("this service signs nothing for this timeline, or not yet.");
  const keys = (await answer.text()).trim().split("\n");
  const weak = keys.find(provesNothing);
  if (weak) throw new Doubt(`the key ${weak} proves nothing: under it anything would be signed.`);
  const before = remembered(KEY);
  if (!before) return { text: keys[0], next: keys[0], known: null };
  if (before === keys[0]) return { text: before, next: null, known: "It is the key that this browser saw before." };
  if (!keys.includes(before)) {
    throw new Doubt(
      `the key is another one than this browser saw before (${before}). Ask the operator why. If the new one ` +
        "is right, remove what this site keeps in your browser, and compare it.",
    );
  }
  return { text: before, next: keys[0], known: `It is the key that this browser saw before. ${keys[0]}, which takes its place, signed as well.` };
}

/** @param {Key} key under which all was verified */
export function keepKey(key) {
  if (key.next) remember(KEY, key.next);
}

/** The head that was verified last; null before the first. @returns {Kept | null} */
export function lastHead() {
  const kept = remembered(HEAD);
  if (kept === null) return null;
  try {
    const { size, root, at, since } = JSON.parse(kept) ?? {};
    if (Number.isInteger(size) && size > 0 && fromBase64(root).length === 32) return { size, root, at, since };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof DOMException)) throw error;
  }
  throw new Doubt("what this browser kept of the head before cannot be read.");
}

/**
 * Holds the signed head to the one that was verified last: the record only grows.
 * @param {Head} signed @param {Kept | null} last as it was before the signed one was asked for
 * @returns {Promise<string>} since when it has been watched, in words
 */
export async function holdToLast(signed, last) {
  const at = new Date().toISOString();
  const mine = { size: signed.size, root: toBase64(signed.root), at };
  if (last === null) {
    remember(HEAD, JSON.stringify({ ...mine, since: at }));
    return "It is the first time that this browser verifies this timeline; from now on it holds each head to the one before.";
  }
  const told = `of ${last.size}, which this browser verified at ${inZone(last.at)}`;
  if (signed.size < last.size) throw new Doubt(`the signed head is of ${signed.size} events, fewer than the one ${told}. Events were taken away.`);
  if (!(await growsFrom(last, signed))) throw new Doubt(`the signed tree does not begin with the one ${told}. History was changed.`);
  remember(HEAD, JSON.stringify({ ...mine, since: last.since }));
  return `The tree begins with the one ${told}: nothing in it was changed since. It has watched since ${inZone(last.since)}.`;
}

/** @param {Kept} last @param {Head} signed */
async function growsFrom(last, signed) {
  const root = fromBase64(last.root);
  if (last.size === signed.size) return same(root, signed.root);
  const query = { from: String(last.size), to: String(signed.size) };
  const { body } = await ask(below("/proofs/consistency"), query);
  return grows(last.size, root, signed.size, signed.root, body.hashes.map(fromBase64));
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

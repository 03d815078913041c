// @ts-check
/** An event that the browser itself has found under the signed head. */

import { ask, below, timeline } from "./api.js";
import { Doubt } from "./doubt.js";
import { cut, digest, fromBase64, leafHash, openCheckpoint, rootOf, same } from "./proof.js";

/** @typedef {import("./watch.js").Head} Head */
/** @typedef {import("./watch.js").Key} Key */
/**
 * `data` is what its digest stands for; null where a redaction took it, which was found too.
 * @typedef {{revision: number, type: string, subject: string, data: any, head: Head}} Proven
 */

/** @param {number} revision @returns {Promise<string>} the exact line */
async function lineOf(revision) {
  const answer = await fetch(below(`/events/${revision}`));
  if (!answer.ok) throw new Doubt(`the event at revision ${revision} is not to be had.`);
  return answer.text();
}

/**
 * Raises `Doubt` at the first thing that does not fit.
 * @param {number} revision @param {Key} key @returns {Promise<Proven>}
 */
export async function provenEvent(revision, key) {
  const parts = cut(await lineOf(revision));
  const at = `the event at revision ${revision}`;
  if (!parts) throw new Doubt(`${at} is neither whole nor redacted.`);
  const { leaf, salt, data, redacted } = parts;
  const header = JSON.parse(new TextDecoder().decode(leaf));
  if (header.timeline !== timeline || header.revision !== revision) throw new Doubt(`${at} is another one.`);
  if (salt && data && (await digest(salt, data)) !== header.digest) {
    throw new Doubt(`${at} has other data than its digest tells.`);
  }
  const head = await included(revision, leaf, key);
  const { type, subject } = header;
  if (redacted !== null) await holdRedaction(revision, subject, redacted, key);
  const told = data && JSON.parse(new TextDecoder().decode(data));
  return { revision, type, subject, data: told, head };
}

/**
 * Whether a later redaction of the same statement, under the signed head itself, took its data.
 * @param {number} revision @param {string} subject @param {number} by revision of the redaction @param {Key} key
 */
async function holdRedaction(revision, subject, by, key) {
  const at = `the event at revision ${revision}`;
  if (by <= revision) throw new Doubt(`${at} says that an earlier one redacted it.`);
  const found = await provenEvent(by, key);
  const names = found.type === "statement.redacted" && found.subject === subject && found.data?.revisions.includes(revision);
  if (!names) throw new Doubt(`${at} has lost its data, and revision ${by} is no redaction of it.`);
}

/** @param {number} revision @param {import("./proof.js").Bytes} leaf @param {Key} key @returns {Promise<Head>} */
async function included(revision, leaf, key) {
  const at = `the event at revision ${revision}`;
  const { proof, signed } = await proofOf(revision, key);
  if (!same(fromBase64(proof.leaf), leaf)) throw new Doubt(`${at} is not the leaf that the proof is of.`);
  const root = await rootOf(revision - 1, signed.size, await leafHash(leaf), proof.hashes.map(fromBase64));
  if (!root || !same(root, signed.root)) throw new Doubt(`${at} is not in the tree that was signed.`);
  return signed;
}

/** @param {number} revision @param {Key} key a proof for the very tree whose head is signed */
async function proofOf(revision, key) {
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

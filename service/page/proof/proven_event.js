// @ts-check
/** Proves one event: that its data match its header, and that its header is in the signed tree. */

import { arriving, ask, below, soon, timeline } from "../state/api.js";
import { fromBase64, same } from "./bytes.js";
import { openCheckpoint } from "./checkpoint.js";
import { Doubt } from "./doubt.js";
import { cut, digest } from "./event_line.js";
import { leafHash, rootOf } from "./tree.js";

/** @typedef {import("./pins.js").Head} Head */
/** @typedef {import("./pins.js").Key} Key */
/**
 * An event that was proved; `data` is null if it was redacted, and then the redaction was proved too.
 * @typedef {{revision: number, type: string, subject: string, data: any, head: Head}} Proven
 */

/** @param {number} revision @returns {Promise<string>} the exact line of the event */
async function lineOf(revision) {
  const answer = await arriving(fetch(below(`/events/${revision}`), { signal: soon() }));
  if (!answer.ok) throw new Doubt(`the service does not give the event at revision ${revision}.`);
  return arriving(answer.text());
}

/**
 * Throws a `Doubt` for the first check that fails.
 * @param {number} revision @param {Key} key @returns {Promise<Proven>}
 */
export async function provenEvent(revision, key) {
  const parts = cut(await lineOf(revision));
  const at = `the event at revision ${revision}`;
  if (!parts) throw new Doubt(`${at} is neither complete nor redacted.`);
  const { leaf, salt, data, redacted } = parts;
  const header = JSON.parse(new TextDecoder().decode(leaf));
  if (header.timeline !== timeline || header.revision !== revision) throw new Doubt(`${at} is not the one that was asked for.`);
  if (salt && data && (await digest(salt, data)) !== header.digest) {
    throw new Doubt(`${at} has data that do not match its digest.`);
  }
  const head = await included(revision, leaf, key);
  const { type, subject } = header;
  if (redacted !== null) await holdRedaction(revision, subject, redacted, key);
  const opened = data && JSON.parse(new TextDecoder().decode(data));
  return { revision, type, subject, data: opened, head };
}

/**
 * Proves that a later event of the same statement, itself in the signed tree, redacted this one.
 * @param {number} revision @param {string} subject @param {number} by the revision of the redaction @param {Key} key
 */
async function holdRedaction(revision, subject, by, key) {
  const at = `the event at revision ${revision}`;
  if (by <= revision) throw new Doubt(`${at} says that an earlier event redacted it.`);
  const found = await provenEvent(by, key);
  const names = found.type === "statement.redacted" && found.subject === subject && found.data?.revisions.includes(revision);
  if (!names) throw new Doubt(`${at} has no data, and revision ${by} is not a redaction of it.`);
}

/** @param {number} revision @param {import("./bytes.js").Bytes} leaf @param {Key} key @returns {Promise<Head>} */
async function included(revision, leaf, key) {
  const at = `the event at revision ${revision}`;
  const { proof, signed } = await proofOf(revision, key);
  if (!same(fromBase64(proof.leaf), leaf)) throw new Doubt(`${at} is not the leaf that the proof is for.`);
  const root = await rootOf(revision - 1, signed.size, await leafHash(leaf), proof.hashes.map(fromBase64));
  if (!root || !same(root, signed.root)) throw new Doubt(`${at} is not in the signed tree.`);
  return signed;
}

/** @param {number} revision @param {Key} key an inclusion proof and the signed head of the same tree */
async function proofOf(revision, key) {
  /** @type {Record<string, string>} */
  let query = { revision: String(revision) };
  for (let turn = 0; turn < 3; turn += 1) {
    const proof = (await ask(below("/proofs/inclusion"), query)).body;
    const signed = await openCheckpoint(proof.checkpoint, key.text);
    const also = key.next === null || (await openCheckpoint(proof.checkpoint, key.next));
    if (!signed || !also) throw new Doubt("the checkpoint is not signed with the timeline’s key.");
    if (!signed.origin.endsWith(`/timelines/${timeline}`)) throw new Doubt("the checkpoint is for another timeline.");
    if (proof.size === signed.size) return { proof, signed };
    query = { revision: String(revision), size: String(signed.size) };
  }
  throw new Doubt("the timeline is growing too fast to be checked. Try again.");
}

// @ts-check
/** The proposals for the timeline that the reader may see, and the calls that decide them. */

import { me, rolesHere } from "../account/session.js";
import { arriving, ask, below, Problem, soon } from "../state/api.js";

/**
 * @typedef {{proposal: string, state: string, author: string, recorded_at: string, commands: Record<string, any>[],
 *   decision: {author: string, reason: string | null} | null}} Proposal
 * @typedef {Proposal & {applies: boolean | null, items: {title?: string, detail?: string}[]}} WholeProposal
 * @typedef {{name: string, reviews: boolean}} Reader `reviews`: they see and decide all proposals, otherwise their own
 */

const REVIEWING = ["editor", "admin"];

/** @returns {Promise<Reader | null>} null for a reader who has nothing to do with proposals here */
export async function reader() {
  const known = await me();
  if (known === null) return null;
  const here = await rolesHere();
  if (here.some((role) => REVIEWING.includes(role))) return { name: known.name, reviews: true };
  return here.includes("contributor") ? { name: known.name, reviews: false } : null;
}

/**
 * The proposals that wait, up to 500 (fewer if they are large), the latest last. Readers who may not review get only
 * their own. `more`: there are others.
 * @param {{decided: boolean}} how `decided`: also those that were decided
 * @returns {Promise<{found: Proposal[], more: boolean}>}
 */
export async function proposals({ decided }) {
  const asked = { limit: "500", ...(decided ? {} : { state: "proposed" }) };
  const { items, next } = (await ask(below("/proposals"), asked)).body;
  return { found: items, more: next !== null };
}

/** @param {string} id @returns {Promise<WholeProposal>} with what each command would come to now */
export async function whole(id) {
  return (await ask(below(`/proposals/${encodeURIComponent(id)}`))).body;
}

/**
 * Decides a proposal. Throws a `Problem`.
 * @param {string} id @param {"approval" | "refusal" | "withdrawal"} decision @param {Record<string, string>} told
 */
export async function decide(id, decision, told) {
  const path = below(`/proposals/${encodeURIComponent(id)}/${decision}`);
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const answer = await arriving(fetch(path, { method: "POST", headers, body: JSON.stringify(told), signal: soon() }));
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => null));
}

// @ts-check
/**
 * Moments that are not over, and moments at which a statement is first known. What is known by the end of today
 * changes with each event. Therefore the address gets the last revision in place of such a day or time, so that it
 * always shows the same.
 */

import * as address from "./address.js";
import { ask, below, Problem } from "./api.js";

/** @typedef {{moment: string, time: string}} Recording a moment of which a statement is first known, and its time in RFC 3339 */
/** @typedef {{name: string, text: string, revision: string, sent: number}} Replaced `sent`: when that revision was the last one, in milliseconds */

/** The parameters that name a moment. */
const MOMENTS = ["as_of", "compare"];
const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/** @type {Replaced[]} */
let replaced = [];

/** Replaces the moments of the address that are not over by the clock of the service. */
export async function settle() {
  const asked = MOMENTS.map((name) => ({ name, text: address.one(name) })).filter(({ name, text }) => endOf(text) !== null && !address.repeated().includes(name));
  if (asked.length === 0) return;
  const { revision, sent } = await ask(below(""));
  const late = asked.filter(({ name, text }) => Number(endOf(text)) >= sent && text === address.one(name));
  if (late.length === 0) return;
  address.settle(Object.fromEntries(late.map(({ name }) => [name, String(revision)])));
  const names = late.map(({ name }) => name);
  replaced = [...replaced.filter(({ name }) => !names.includes(name)), ...late.map((each) => ({ ...each, revision: String(revision), sent }))];
}

/** @returns {Replaced[]} what was replaced, while the address has what it was replaced by */
export function settled() {
  replaced = replaced.filter(({ name, revision }) => address.one(name) === revision);
  return replaced;
}

/** @param {string} text @returns {number | null} milliseconds at the end of the day or time that it names; null if it names none */
function endOf(text) {
  const day = text.slice(0, 10);
  const exists = (DAY.test(text) || TIME.test(text)) && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day);
  const end = exists ? Date.parse(DAY.test(text) ? `${day}T23:59:59.999Z` : text) : NaN;
  return Number.isNaN(end) ? null : end;
}

/** @returns {Promise<Recording | null>} of the statement that was recorded first; null if there is none */
export async function firstRecording() {
  const { items } = (await ask(below("/statements"), { order: "recorded", limit: "1" })).body;
  return items.length ? recordingOf(items[0]) : null;
}

/**
 * Of a statement that the moment does not know.
 * @param {string} id @returns {Promise<Recording | null>} null if it is not known now either
 */
export async function laterRecording(id) {
  try {
    return await recordingOf((await ask(below(`/statements/${encodeURIComponent(id)}`))).body);
  } catch (error) {
    if (!(error instanceof Problem) || error.passing) throw error;
    return null;
  }
}

/** @param {{id: string, recorded_at: string}} statement @returns {Promise<Recording>} */
async function recordingOf({ id, recorded_at: time }) {
  try {
    const { items } = (await ask(below("/events"), { subject: `statements/${id}`, type: "statement.recorded", limit: "1" })).body;
    return { moment: String(items[0].revision), time };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { moment: time, time }; // the log is away: others may have been recorded in the same instant
  }
}

// @ts-check
/** Statements that the page names but has not loaded: those that shown statements dispute, support or answer. */

import * as address from "./address.js";
import { ask, below, Problem } from "./api.js";
import { record } from "./record.js";

/** @typedef {import("./statement").Statement} Statement */

/** @type {Map<string, Promise<Statement | null>>} by id, moment and revision */
const requested = new Map();
/** @type {Map<string, Statement>} */
const arrived = new Map();

/** @param {string} id */
const key = (id) => `${id} ${record.revision} ${address.one("as_of")}`;

/** @param {string} id @returns {Statement | undefined} if the page has it */
export function found(id) {
  return record.find(id) ?? arrived.get(key(id));
}

/**
 * The statement, loaded if it has to be; null if it is gone or cannot be read now.
 * @param {string} id @returns {Promise<Statement | null>}
 */
export function requestOther(id) {
  const here = found(id);
  if (here) return Promise.resolve(here);
  const wanted = key(id);
  const answer = requested.get(wanted) ?? load(id, wanted);
  requested.set(wanted, answer);
  return answer;
}

/** @param {string} id @param {string} wanted */
async function load(id, wanted) {
  try {
    const { body } = await ask(below(`/statements/${encodeURIComponent(id)}`), address.moment());
    arrived.set(wanted, body);
    return body;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.passing) requested.delete(wanted);
    return null;
  }
}

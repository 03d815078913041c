// @ts-check
/** The reader's session with the service: the calls that show it, and that sign in and out. */

import { root } from "../state/address.js";
import { arriving, ask, Problem, soon } from "../state/api.js";

/** @typedef {{principal: string, name: string, grants: {role: string, timelines: string}[]}} Me */

const EVERYONE = "everyone";
const SESSION = `${root}/v1/session`;

/** @type {Promise<Me | null> | null} the request, kept until the reader signs in or out */
let asked = null;

/** @returns {Promise<Me | null>} null if the reader is not signed in; requested once for all parts of the page */
export function me() {
  asked ??= read();
  asked.catch(() => (asked = null)); // a later call may succeed
  return asked;
}

/** @returns {Promise<Me | null>} */
async function read() {
  try {
    const { body } = await ask(`${root}/v1/me`);
    return body.principal === EVERYONE ? null : body;
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  }
  // The session has ended. Without its cookie the reader sees what everyone may.
  await signOut();
  location.reload();
  return null;
}

/**
 * Signs in by a key, or by a code that is valid once. Throws a `Problem`.
 * @param {{key: string} | {code: string}} credentials
 */
export async function signIn(credentials) {
  await send("POST", { "Content-Type": "application/json" }, JSON.stringify(credentials));
}

/** Ends the session. Throws a `Problem`. */
export async function signOut() {
  await send("DELETE");
}

/** @param {string} method @param {Record<string, string>} [headers] @param {string} [body] */
async function send(method, headers = {}, body) {
  asked = null;
  const answer = await arriving(fetch(SESSION, { method, headers, body, signal: soon() }));
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => null));
}

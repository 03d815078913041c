// @ts-check
/** The reader's session with the service: the calls that show it, and that sign in and out. */

import { root } from "../state/address.js";
import { arriving, ask, Problem, soon, timeline } from "../state/api.js";

/** @typedef {{principal: string, name: string, grants: {role: string, timelines: string}[]}} Me */

const EVERYONE = "everyone";
const SESSION = `${root}/v1/session`;

/** @type {Promise<Me> | null} the request, kept until the reader signs in or out */
let asked = null;

/** @returns {Promise<Me | null>} null if the reader is not signed in */
export async function me() {
  const known = await visitor();
  return known.principal === EVERYONE ? null : known;
}

/** @returns {Promise<string[]>} the reader's roles on this timeline; those of everyone for one who is not signed in */
export async function rolesHere() {
  return (await visitor()).grants.filter(({ timelines }) => covers(timelines)).map(({ role }) => role);
}

/** @param {string} timelines a name, or a prefix with `*` behind it */
function covers(timelines) {
  return timelines.endsWith("*") ? timeline.startsWith(timelines.slice(0, -1)) : timelines === timeline;
}

/** @returns {Promise<Me>} the reader, or everyone; requested once for all parts of the page */
function visitor() {
  asked ??= read();
  asked.catch(() => (asked = null)); // a later call may succeed
  return asked;
}

/** @returns {Promise<Me>} */
async function read() {
  try {
    return (await ask(`${root}/v1/me`)).body;
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  }
  // The session has ended. Without its cookie the reader sees what everyone may.
  await signOut();
  location.reload();
  return { principal: EVERYONE, name: EVERYONE, grants: [] };
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

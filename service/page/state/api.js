// @ts-check
/** Requests to the service. */

import { all, one, OPENING, path as here, repeated, root, takeForEarly } from "./address.js";

/** Milliseconds within which an answer must begin, and within which the rest must arrive. */
const PATIENCE = 20_000;
const REST = 60_000;

/** A request that failed. */
export class Problem extends Error {
  /** @param {number} status 0 if there was no answer @param {any} body problem details, RFC 9457 */
  constructor(status, body) {
    super(body?.detail ?? body?.title ?? `The service answered ${status}.`);
    this.status = status;
    this.slug = String(body?.type ?? "").split("/").pop() ?? "";
    /** @type {{path: string, message: string, column?: number}[]} */
    this.errors = body?.errors ?? [];
    /** @type {number} of the redaction, if that is why; otherwise 0 */
    this.revision = body?.revision ?? 0;
  }

  /** Whether the same request may succeed later. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/**
 * What the service refused, with the faults of other answers beside its own: an address is corrected at once.
 * @param {unknown} error @param {() => Promise<unknown>[]} others may be refused, too
 */
export async function withAllFaults(error, others) {
  if (!(error instanceof Problem) || error.passing || error.errors.length === 0) return error;
  for (const other of await Promise.allSettled(others())) {
    if (other.status === "fulfilled" || !(other.reason instanceof Problem)) continue;
    const known = error.errors.map(({ path }) => path);
    error.errors = [...error.errors, ...other.reason.errors.filter(({ path }) => !known.includes(path))];
  }
  return error;
}

/**
 * Throws a `Problem` with a fault for each parameter of the address that has two values, because it is unclear which is
 * meant, and with the faults of its other filters.
 * @param {Promise<unknown>} asked what they select
 */
export async function refuseUnclear(asked) {
  const errors = repeated().map((name) => ({
    path: `?${name}`, message: `The address has more than one, ${all(name).join(" and ")}: write the one that is meant.`,
  }));
  if (errors.length === 0) return;
  throw await withAllFaults(new Problem(400, { errors }), () => [asked]);
}

/** @type {string} */
const NAME = decodeURIComponent(here.split("/")[2] ?? "");

/** The name of the timeline that this page shows. */
export const timeline = NAME;

/** @param {string} path under the timeline, with its slash @returns {string} */
export function below(path) {
  return `${root}/v1/timelines/${encodeURIComponent(NAME)}${path}`;
}

/** @returns {AbortSignal} of a request that is small, and given up when `PATIENCE` is over */
export const soon = () => new Limit(PATIENCE).signal;

/** @typedef {{body: any, revision: number, sent: number}} Answer a JSON body, its revision, and when it was sent, in milliseconds of the service's clock */

/**
 * Gets JSON from the service; of a moment before the timeline was opened, that of its opening. Throws a `Problem` if
 * the answer is not a success, or does not arrive.
 * @param {string} path
 * @param {URLSearchParams | Record<string, string>} [parameters]
 * @param {number} [patience] milliseconds in which the answer has to begin
 * @returns {Promise<Answer>}
 */
export async function ask(path, parameters = {}, patience = PATIENCE) {
  const query = new URLSearchParams(parameters);
  const moment = query.get("as_of");
  try {
    return await get(path, String(query), patience);
  } catch (error) {
    const early = error instanceof Problem && error.slug === "timeline-not-found" && moment !== null && moment !== OPENING;
    if (!early) throw error;
    query.set("as_of", OPENING);
    const answer = await get(path, String(query), patience); // or there is no such timeline
    if (moment === one("as_of")) takeForEarly();
    return answer;
  }
}

/** @param {string} path @param {string} query @param {number} patience @returns {Promise<Answer>} */
async function get(path, query, patience) {
  const limit = new Limit(patience);
  try {
    const answer = await arriving(fetch(query ? `${path}?${query}` : path, { headers: { Accept: "application/json" }, signal: limit.signal }));
    limit.set(REST);
    const body = await arriving(answer.json(), answer.ok);
    if (!answer.ok) throw new Problem(answer.status, body);
    return { body, revision: Number(answer.headers.get("Onrecord-Revision") ?? 0), sent: sentAt(answer) };
  } finally {
    limit.end();
  }
}

/** Aborts a request that has waited too long: nothing else ends it if the service is frozen, or the network is gone. */
class Limit {
  #controller = new AbortController();
  signal = this.#controller.signal;
  /** @type {number | undefined} */
  #timer;

  /** @param {number} milliseconds from now */
  constructor(milliseconds) {
    this.set(milliseconds);
  }

  /** @param {number} milliseconds from now */
  set(milliseconds) {
    this.end();
    this.#timer = setTimeout(() => this.#controller.abort(new DOMException("too late", "TimeoutError")), milliseconds);
  }

  end() {
    clearTimeout(this.#timer);
  }
}

/** Milliseconds by which the service's clock is ahead of the reader's. */
let ahead = 0;

/** The time by the clock of the service, in milliseconds. */
export const serviceTime = () => Date.now() + ahead;

/** @param {Response} answer @returns {number} when it was sent, in milliseconds by the clock of the service */
function sentAt(answer) {
  const sent = Date.parse(answer.headers.get("Date") ?? "") || Date.now();
  ahead = sent - Date.now();
  return sent;
}

/**
 * Sends a form to the service. Throws a `Problem` as `ask` does.
 * @param {string} path @param {FormData} form @returns {Promise<Answer>}
 */
export async function send(path, form) {
  const answer = await arriving(fetch(path, { method: "POST", body: form, headers: { Accept: "application/json" } }));
  const body = await arriving(answer.json(), answer.ok);
  if (!answer.ok) throw new Problem(answer.status, body);
  return { body, revision: 0, sent: sentAt(answer) };
}

/**
 * What arrives from the service. If nothing does, or only a part: a `Problem`, or null if it is not needed.
 * @template T @param {Promise<T>} promise @param {boolean} [needed] @returns {Promise<any>}
 */
export async function arriving(promise, needed = true) {
  try {
    return await promise;
  } catch (error) {
    if (!needed) return null;
    if (!(error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException)) throw error;
    throw new Problem(0, { title: error.name === "TimeoutError" ? "The service does not answer." : "The service cannot be reached." });
  }
}

/**
 * The pages of a list, each one requested when the caller asks for it.
 * @param {string} path @param {URLSearchParams | Record<string, string>} parameters
 * @returns {AsyncGenerator<Answer, void, void>}
 */
export async function* pages(path, parameters) {
  let answer = await ask(path, parameters);
  yield answer;
  while (answer.body.next) {
    answer = await ask(path, { cursor: answer.body.next });
    yield answer;
  }
}

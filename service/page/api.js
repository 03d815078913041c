// @ts-check
/** The service, asked over HTTP. */

export class Problem extends Error {
  /** @param {number} status @param {any} body as RFC 9457 has it */
  constructor(status, body) {
    super(body?.detail ?? body?.title ?? `The service answered ${status}.`);
    this.status = status;
    this.slug = String(body?.type ?? "").split("/").pop() ?? "";
    /** @type {{path: string, message: string, column?: number}[]} */
    this.errors = body?.errors ?? [];
  }
}

/** @type {string} */
const NAME = decodeURIComponent(location.pathname.split("/")[2] ?? "");

/** The timeline that this page is of. */
export const timeline = NAME;

/** @param {string} path below the timeline @returns {string} */
export function below(path) {
  return `/v1/timelines/${encodeURIComponent(NAME)}${path}`;
}

/**
 * An answer's JSON and the revision that it is true of. Throws a `Problem` where it is none, and a
 * `TypeError` where the service cannot be reached.
 * @param {string} path
 * @param {URLSearchParams | Record<string, string>} [parameters]
 * @param {AbortSignal} [signal]
 * @returns {Promise<{body: any, revision: number}>}
 */
export async function ask(path, parameters = {}, signal) {
  const query = new URLSearchParams(parameters).toString();
  const answer = await fetch(query ? `${path}?${query}` : path, {
    headers: { Accept: "application/json" },
    signal,
  });
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Problem(answer.status, body);
  return { body, revision: Number(answer.headers.get("Onrecord-Revision") ?? 0) };
}

// @ts-check
/** The statements that the page has loaded: those that match the address, in its order. */

import * as address from "./address.js";
import { ask, below, pages, Problem, refuseUnclear } from "./api.js";

/** @typedef {import("./statement").Statement} Statement */

const PAGE = 500;
/** How many are loaded at first; the document has them requested before this module runs. */
const FIRST = 50;
/** Up to this many statements are loaded at once; further ones are loaded while the reader scrolls. */
export const WHOLE = 2_000;

/** @type {Statement[]} */
let items = [];
/** @type {string | null} */
let next = null;
let counting = 0;

export const record = {
  /** The revision that these statements show. */
  revision: 0,
  /** How many statements match, loaded or not. */
  total: 0,
  /** @type {{revision: number, recorded_at: string} | null} the earlier moment; null for the present */
  asOf: null,
  get items() {
    return items;
  },
  get whole() {
    return next === null;
  },
  /** @param {string} id @returns {Statement | undefined} */
  find(id) {
    return items.find((item) => item.id === id);
  },
};

/**
 * Loads the statements again. If another call follows before this one is done, this one changes nothing.
 * @param {number} [least] a revision that the answer must include; as many statements as now are loaded
 * @param {() => void} [begun] is called when the first statements are there, and the number of all
 * @returns {Promise<boolean>} whether the statements were replaced
 */
export async function load(least = 0, begun) {
  const mine = ++counting;
  const query = address.question();
  query.set("order", address.one("order", "occurred"));
  query.set("count", "true");
  query.set("limit", String(begun ? FIRST : PAGE));
  if (least && !query.has("as_of")) query.set("min_revision", String(least));
  const asked = ask(below("/statements"), query);
  await refuseUnclear(asked);
  const { body, revision } = await asked;
  const found = [...body.items];
  let cursor = body.next;
  if (mine !== counting) return false;
  const enough = body.total <= WHOLE ? body.total : least ? items.length : address.one("statement") ? PAGE : FIRST;
  if (begun) {
    keep(found, cursor, revision, body);
    begun();
  }
  while (cursor && found.length < enough && mine === counting) {
    const page = await ask(below("/statements"), { cursor, limit: String(PAGE) });
    found.push(...page.body.items);
    cursor = page.body.next;
  }
  if (mine !== counting) return false;
  keep(found, cursor, revision, body);
  return true;
}

/** @param {Statement[]} found @param {string | null} cursor @param {number} revision @param {any} body */
function keep(found, cursor, revision, body) {
  items = [...found];
  next = cursor;
  record.revision = revision;
  record.total = body.total;
  record.asOf = body.as_of;
}

/** Loads the next page, if there is one. */
export async function more() {
  if (next === null) return;
  const mine = counting;
  const { body } = await ask(below("/statements"), { cursor: next, limit: String(PAGE) });
  if (mine !== counting) return;
  items = [...items, ...body.items];
  next = body.next;
}

/** The most pages that are searched for one statement. */
const MOST_PAGES = 3;

/**
 * Whether a statement matches the filters, which of a long list is not loaded. The service is asked for the
 * statements that match, and that have the same as this one in whatever the filters leave open. If this statement is
 * among them, it matches.
 * @param {Statement} statement @returns {Promise<boolean | null>} null where that is not known
 */
export async function isListed(statement) {
  if (items.some(({ id }) => id === statement.id)) return true;
  if (next === null) return false;
  const [asked, own] = [address.question(), new URLSearchParams(address.moment())];
  for (const [names, values] of ownOf(statement)) {
    if (names.some((name) => asked.has(name))) continue;
    names.forEach((name, at) => [asked, own].forEach((query) => query.set(name, values[at])));
  }
  try {
    const found = await has(asked, statement.id);
    return found === false && !(await has(own, statement.id)) ? null : found;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return null;
  }
}

/** @param {Statement} statement @returns {[string[], string[]][]} filters, and the values of them that it has */
function ownOf({ occurred, said, kind, standing, places, sources, tags }) {
  const first = (/** @type {string} */ name, /** @type {string | null | undefined} */ value) =>
    /** @type {[string[], string[]][]} */ (value ? [[[name], [value]]] : []);
  return [
    ...(occurred ? [/** @type {[string[], string[]]} */ ([["from", "to"], [occurred, occurred]])] : []),
    ...(said.on ? [/** @type {[string[], string[]]} */ ([["said_from", "said_to"], [said.on, said.on]])] : []),
    ...first("kind", kind), ...first("standing", standing), ...first("by", said.by),
    ...first("place", places[0]?.name), ...first("source", sources[0]?.id), ...first("tag", tags[0]),
  ];
}

/** @param {URLSearchParams} query @param {string} id @returns {Promise<boolean | null>} null where there are too many */
async function has(query, id) {
  query.set("limit", String(PAGE));
  let count = 0;
  for await (const { body } of pages(below("/statements"), query)) {
    count += 1;
    if (body.items.some((/** @type {Statement} */ item) => item.id === id)) return true;
    if (body.next === null) return false;
    if (count === MOST_PAGES) break;
  }
  return null;
}

// @ts-check
/** The statements that the page has: those that the address asks for, in the order of the answer. */

import * as address from "./address.js";
import { ask, below } from "./api.js";

/** @typedef {import("./statement").Statement} Statement */

const PAGE = 500;
/** Up to here all are loaded at once; beyond it the list is loaded as it is scrolled. */
export const WHOLE = 2_000;

/** @type {Statement[]} */
let items = [];
/** @type {string | null} */
let next = null;
let counting = 0;

export const record = {
  /** The revision that it is true of. */
  revision: 0,
  /** How many there are in all. */
  total: 0,
  /** @type {{revision: number, recorded_at: string} | null} */
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
 * Asks anew, for as many as there were at least; a later call overtakes an earlier one. Answers
 * whether this one was not overtaken.
 * @param {number} [least] a revision that the answer includes
 */
export async function load(least = 0) {
  const mine = ++counting;
  const query = address.question();
  const wanted = Math.max(PAGE, least ? items.length : 0);
  query.set("order", address.one("order", "occurred"));
  query.set("count", "true");
  query.set("limit", String(PAGE));
  if (least && !query.has("as_of")) query.set("min_revision", String(least));
  const { body, revision } = await ask(below("/statements"), query);
  const found = [...body.items];
  let cursor = body.next;
  const enough = body.total <= WHOLE ? body.total : wanted;
  while (cursor && found.length < enough && mine === counting) {
    const page = await ask(below("/statements"), { cursor, limit: String(PAGE) });
    found.push(...page.body.items);
    cursor = page.body.next;
  }
  if (mine !== counting) return false;
  items = found;
  next = cursor;
  record.revision = revision;
  record.total = body.total;
  record.asOf = body.as_of;
  return true;
}

/** The next page, where there is one. */
export async function more() {
  if (next === null) return;
  const mine = counting;
  const { body } = await ask(below("/statements"), { cursor: next, limit: String(PAGE) });
  if (mine !== counting) return;
  items = [...items, ...body.items];
  next = body.next;
}

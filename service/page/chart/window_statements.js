// @ts-check
/** Loads the statements of a window, if the page has not loaded all of them. */

import { extent, spanOf } from "../drawing/layout.js";
import { LEAST } from "../drawing/scale.js";
import * as address from "../state/address.js";
import { below, pages } from "../state/api.js";
import { WHOLE } from "../state/record.js";
import { DAY, dayOf, secondOf } from "../words/instant.js";
import { plainBounds } from "../words/plain_date.js";
import { between, count, totalOf, within } from "./counts.js";

/** The most statements that are loaded of a window. */
const MOST = 3_000;
/** A window of so many seconds at most has ends to the second, because days are hardly shorter than it is. */
export const SHORT = 2 * DAY;

/** @typedef {import("../state/statement").Statement} Statement */
/** @typedef {import("../state/address.js").Clock} Clock */
/** @typedef {{items: Statement[], missing: number}} Near `missing`: how many more there are, which were not loaded */

/**
 * The statements that may touch a window, up to a limit, and how many more there are. Those that began last come
 * first. So those left out began long before the window, or it is open or unknown when they began.
 * @param {[number, number]} window seconds @param {Clock} on @returns {Promise<Near>}
 */
export async function inWindow(window, on) {
  const query = narrowed(window, on);
  query.set("limit", "500");
  query.set("order", `-${on}`);
  query.set("count", "true");
  /** @type {Statement[]} */
  const found = [];
  let total = 0;
  for await (const { body } of pages(below("/statements"), query)) {
    found.push(...body.items);
    total = body.total ?? total;
    if (found.length >= MOST) break;
  }
  return { items: found.filter((item) => mayTouch(item, on, window)), missing: Math.max(0, total - found.length) };
}

/**
 * Whether the statements of a window are loaded: few begin in it, or it cannot become shorter. Within a day, which is the
 * shortest bucket, they are counted again.
 * @param {import("../drawing/density.js").Counted} counted @param {[number, number]} window seconds @param {Clock} on
 * @returns {Promise<boolean>}
 */
export async function areFew(counted, window, on) {
  const [few, length] = [WHOLE / 2, window[1] - window[0]];
  if (between(counted, window) <= few || length <= LEAST + 1) return true;
  if (length > SHORT) return false;
  const { refused, items } = await count("day", on, narrowed(window, on));
  return !refused && totalOf(items) <= few;
}

/** @param {Statement} item @param {Clock} on @param {[number, number]} window seconds */
function mayTouch(item, on, [first, last]) {
  const span = spanOf(item, on);
  if (!span) return false;
  const [from, to] = extent(span) ?? [-Infinity, Infinity];
  return (span.se === null || from < last) && (span.el === null || to > first);
}

/**
 * The filters of the address, limited to a window: to what is in both, if the address has one that the page can read.
 * @param {[number, number]} window @param {Clock} on
 */
function narrowed([from, to], on) {
  const named = to - from > SHORT ? dayOf : secondOf;
  const query = within([from, to], on, named);
  if (query.get("match") === "certain") return query; // which counts for the window of the address
  const [first, last] = address.windowNames(on);
  const [begin, end] = [first, last].map((name) => plainBounds(query.get(name) ?? ""));
  if (begin && begin[0] < from && (!end || from < end[1])) query.set(first, named(from));
  if (end && end[1] > to && (!begin || to > begin[0])) query.set(last, named(to));
  return query;
}

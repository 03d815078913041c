// @ts-check
/** Thousands of statements from afar: how many begin in each year, month, week or day. */

import * as address from "./address.js";
import { ask, below, Problem } from "./api.js";
import { dayOf, secondsOf } from "./instant.js";
import { STANDINGS } from "./standing.js";

/** @typedef {{from: number, to: number, count: number, by: Record<string, number>}} Bucket */

const DAY = 86_400;
/** Each length with its seconds; the interface refuses more than a thousand of them. */
const LENGTHS = /** @type {[string, number][]} */ ([
  ["day", DAY], ["week", 7 * DAY], ["month", 30.4 * DAY], ["year", 365.2 * DAY],
]);
const MOST = 900;

/** @typedef {{every: string, items: Bucket[]}} Counted */

/**
 * All that the address asks for, counted in the shortest buckets that are not too many; none where
 * even years are.
 * @param {"occurred" | "said"} on
 * @returns {Promise<Counted>}
 */
export async function survey(on) {
  const years = await counted("year", on, address.question());
  const [first, last] = [years.items[0], years.items.at(-1)];
  if (!first || !last) return years;
  const every = finest(last.to - first.from);
  return every === "year" ? years : counted(every, on, address.question());
}

/**
 * What touches a window. It may have begun long before, and buckets reach back to its beginning:
 * so their length depends on how far back the record goes.
 * @param {[number, number]} window seconds @param {number} first when the earliest began
 * @param {"occurred" | "said"} on
 * @returns {Promise<Counted>}
 */
export function closer(window, first, on) {
  return counted(finest(window[1] - Math.min(first, window[0])), on, within(window, on));
}

/** @param {number} seconds */
function finest(seconds) {
  return LENGTHS.find(([, length]) => seconds / length <= MOST)?.[0] ?? "year";
}

/**
 * @param {string} every @param {"occurred" | "said"} on @param {URLSearchParams} query
 * @returns {Promise<Counted>}
 */
async function counted(every, on, query) {
  query.set("every", every);
  query.set("on", on);
  try {
    const { body } = await ask(below("/buckets"), query);
    const items = body.items.map((/** @type {any} */ item) => ({
      from: secondsOf(item.start) ?? 0, to: secondsOf(item.end) ?? 0, count: item.count, by: item.by_standing,
    }));
    return { every, items };
  } catch (error) {
    if (error instanceof Problem && error.slug === "rejected") return { every, items: [] };
    throw error;
  }
}

/**
 * The question of the address, for what touches the window; a narrower one of its own holds.
 * @param {[number, number]} window @param {"occurred" | "said"} on
 */
export function within([from, to], on) {
  const query = address.question();
  const [first, last] = on === "said" ? ["said_from", "said_to"] : ["from", "to"];
  if (!query.has(first)) query.set(first, dayOf(from));
  if (!query.has(last)) query.set(last, dayOf(to));
  return query;
}

/** @param {Counted} counted @param {[number, number]} window how many begin in it */
export function between({ items }, [from, to]) {
  return items.reduce((sum, bucket) => (bucket.to > from && bucket.from < to ? sum + bucket.count : sum), 0);
}

/**
 * @param {CanvasRenderingContext2D} ink @param {Counted} counted
 * @param {import("./chart_scale.js").TimeScale} scale
 * @param {{top: number, bottom: number, colours: Record<string, string>}} how pixels
 */
export function drawDensity(ink, { every, items }, scale, { top, bottom, colours }) {
  const [left, right] = scale.range;
  const seen = items.filter((bucket) => scale.x(bucket.to) > left && scale.x(bucket.from) < right);
  const most = Math.max(1, ...seen.map((bucket) => bucket.count));
  const unit = (bottom - top - 18) / most;
  for (const bucket of seen) {
    const from = Math.max(left, scale.x(bucket.from));
    const width = Math.max(1, Math.min(right, scale.x(bucket.to)) - from - (scale.x(bucket.to) - scale.x(bucket.from) > 4 ? 1 : 0));
    let y = bottom;
    for (const standing of STANDINGS) {
      const height = (bucket.by[standing] ?? 0) * unit;
      ink.fillStyle = colours[standing];
      ink.globalAlpha = standing === "asserted" ? 0.55 : 0.9;
      ink.fillRect(from, y - height, width, height);
      y -= height;
    }
  }
  ink.globalAlpha = 1;
  ink.fillStyle = colours.soft;
  ink.font = `12px ${colours.sans}`;
  ink.fillText(`up to ${most.toLocaleString("en")} a ${every}`, left + 6, top + 12);
}

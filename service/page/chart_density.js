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

/** @typedef {{every: string, items: Bucket[], lanes?: import("./chart_lanes.js").Counts[]}} Counted
 * `lanes`: the same by lanes, once it was asked for */

/**
 * All that the address asks for, counted in the shortest buckets that are not too many; none where
 * even years are.
 * @param {"occurred" | "said"} on
 * @returns {Promise<Counted>}
 */
export async function survey(on) {
  const years = await count("year", on, address.question());
  const [first, last] = [years.items[0], years.items.at(-1)];
  if (!first || !last) return years;
  const every = finest(last.to - first.from);
  return every === "year" ? years : count(every, on, address.question());
}

/**
 * What touches a window. It may have begun long before, and buckets reach back to its beginning:
 * so their length depends on how far back the record goes.
 * @param {[number, number]} window seconds @param {number} first when the earliest began
 * @param {"occurred" | "said"} on
 * @returns {Promise<Counted>}
 */
export async function closer(window, first, on) {
  const span = window[1] - Math.min(first, window[0]);
  if (span / LENGTHS[3][1] > MOST) return { every: "year", items: [] };
  return count(finest(span), on, within(window, on));
}

/** @param {number} seconds */
function finest(seconds) {
  return LENGTHS.find(([, length]) => seconds / length <= MOST)?.[0] ?? "year";
}

/**
 * What the query asks for, counted in buckets of that length; none where there are too many.
 * @param {string} every @param {"occurred" | "said"} on @param {URLSearchParams} query
 * @returns {Promise<Counted>}
 */
export async function count(every, on, query) {
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

/** @param {Bucket[]} items */
export function totalOf(items) {
  return items.reduce((sum, bucket) => sum + bucket.count, 0);
}

/**
 * Where each lane is drawn: they share the height.
 * @param {Counted} counted @param {{top: number, bottom: number}} room pixels
 */
export function strips({ items, lanes = [] }, { top, bottom }) {
  const drawn = lanes.length ? lanes : [{ name: "", items }];
  const height = (bottom - top) / drawn.length;
  return drawn.map((lane, index) => ({ ...lane, top: top + index * height, height }));
}

/**
 * All lanes by one scale, so that they can be compared.
 * @param {CanvasRenderingContext2D} ink @param {Counted} counted
 * @param {import("./chart_scale.js").TimeScale} scale
 * @param {{top: number, bottom: number, colours: Record<string, string>}} how pixels
 */
export function drawDensity(ink, counted, scale, { top, bottom, colours }) {
  const [left, right] = scale.range;
  const lanes = strips(counted, { top, bottom }).map((lane) => ({
    ...lane,
    items: lane.items.filter((bucket) => scale.x(bucket.to) > left && scale.x(bucket.from) < right),
  }));
  const most = Math.max(1, ...lanes.flatMap(({ items }) => items.map((bucket) => bucket.count)));
  const air = lanes.length > 1 ? 5 : 18;
  for (const lane of lanes) {
    const unit = (lane.height - air) / most;
    for (const bucket of lane.items) drawBucket(ink, bucket, scale, { foot: lane.top + lane.height, unit, colours });
  }
  ink.globalAlpha = 1;
  ink.fillStyle = colours.soft;
  ink.font = `12px ${colours.sans}`;
  ink.textAlign = "right";
  ink.fillText(`up to ${most.toLocaleString("en")} a ${counted.every}`, right, top + 12);
  ink.textAlign = "left";
}

/**
 * @param {CanvasRenderingContext2D} ink @param {Bucket} bucket
 * @param {import("./chart_scale.js").TimeScale} scale
 * @param {{foot: number, unit: number, colours: Record<string, string>}} how pixels, and those of one statement
 */
function drawBucket(ink, { from, to, by }, scale, { foot, unit, colours }) {
  const [left, right] = scale.range;
  const begin = Math.max(left, scale.x(from));
  const gap = scale.x(to) - scale.x(from) > 4 ? 1 : 0;
  const width = Math.max(1, Math.min(right, scale.x(to)) - begin - gap);
  let y = foot;
  for (const standing of STANDINGS) {
    const many = by[standing] ?? 0;
    const height = many ? Math.max(1, many * unit) : 0;
    ink.fillStyle = colours[standing];
    ink.globalAlpha = standing === "asserted" ? 0.55 : 0.9;
    ink.fillRect(begin, y - height, width, height);
    y -= height;
  }
}

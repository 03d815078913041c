// @ts-check
/** Requests how many statements begin in each year, month, week or day. */

import { barsOf } from "../drawing/bars.js";
import { extent, NOTHING, spanOf } from "../drawing/layout.js";
import * as address from "../state/address.js";
import { ask, below, Problem } from "../state/api.js";
import { record } from "../state/record.js";
import { DAY, dayOf, secondsOf } from "../words/instant.js";

/** @typedef {import("../state/address.js").Clock} Clock */
/** @typedef {import("../drawing/density.js").Bucket} Bucket */
/** @typedef {import("../drawing/density.js").Counted} Counted */
/** @typedef {{first: string | null, last: string | null}} Reaching a timeline, as of the moment: RFC 3339 */

const YEAR = 365.2 * DAY;
/** The lengths of a bucket with their seconds. The service refuses more than a thousand buckets. */
const LENGTHS = /** @type {[string, number][]} */ ([
  ["day", DAY], ["week", 7 * DAY], ["month", 30.4 * DAY], ["year", YEAR],
]);
const MOST = 900;

/** @type {Counted} no counts: there would be too many buckets, or they were not needed */
export const UNCOUNTED = { every: "year", items: [], vague: [], bars: [], before: 0, unbegun: 0, undated: 0 };

/** A year from which on a window selects all that have a date. */
const EARLIEST = "Y-10000000000";

/** The most windows that are searched if statements are further apart than buckets can be. */
const WINDOWS = 6;

/**
 * Counts all statements that match the address, in the shortest buckets that are not too many. If even years are too
 * many: those of the centuries in which most of them begin.
 * @param {Clock} on @param {Reaching} timeline
 * @returns {Promise<Counted>}
 */
export async function survey(on, timeline) {
  const [found, undated] = await Promise.all([surveyed(on, timeline), undatedOf(on)]);
  const all = !found.ends; // else what is undated is in none of the windows that were searched
  const unbegun = found.unbegun - (all ? Math.min(undated, found.unbegun) : 0);
  return { ...found, undated, unbegun, open: unbegun && totalOf(found.items) === 0 ? await ending(on, unbegun) : [] };
}

/**
 * The time from the first to the last statement that matches the address. Those without a known beginning are in the
 * order of their ends.
 * @param {Clock} on @param {number} many how many need it @returns {Promise<{from: number, to: number, count: number}[]>}
 */
async function ending(on, many) {
  const found = await Promise.all([on, `-${on}`].map((order) => outermost(on, order)));
  const ends = found.flatMap((item) => (item && extent(spanOf(item, on) ?? NOTHING)) ?? []);
  return ends.length ? [{ from: Math.min(...ends), to: Math.max(...ends), count: many }] : [];
}

/**
 * @param {Clock} on @param {string} order @param {number} [before] seconds: of those alone that may be before
 * @returns {Promise<import("../state/statement").Statement | undefined>} the first that matches the address
 */
async function outermost(on, order, before) {
  const query = address.question();
  query.set("order", order);
  query.set("limit", "1");
  if (before !== undefined) query.set(address.windowNames(on)[1], dayOf(before));
  return (await ask(below("/statements"), query)).body.items[0];
}

/**
 * How many statements that match the address have no date. A window in the address selects none of them.
 * @param {Clock} on @returns {Promise<number>}
 */
async function undatedOf(on) {
  const [first, last] = address.windowNames(on);
  const query = address.question();
  if (query.has(first) || query.has(last)) return 0;
  query.set("limit", "1");
  query.set("count", "true");
  const dated = new URLSearchParams(query);
  dated.set(first, EARLIEST);
  const [all, some] = await Promise.all([query, dated].map((asked) => ask(below("/statements"), asked)));
  return Math.max(0, all.body.total - some.body.total);
}

/**
 * @param {Clock} on @param {Reaching} timeline
 * @returns {Promise<Counted>} its `unbegun` includes those without a date, unless it has `ends`
 */
async function surveyed(on, { first, last }) {
  const reach = [first, last].map(secondsOf);
  const span = (reach[1] ?? 0) - (reach[0] ?? 0);
  if (on === "occurred" && span > MOST * YEAR) return centuries(on, reach);
  const whole = on === "occurred" && span > 0 && !address.isFiltered();
  const counted = await (whole ? count(finest(span), on, address.question()) : fitted(on, address.question()));
  return counted.refused ? centuries(on, reach) : counted;
}

/**
 * Looks for the centuries with the most statements, from the latest on: each window ends where the latest statement
 * before the last window begins.
 * @param {Clock} on @param {(number | null)[]} reach the timeline's first and last second
 * @returns {Promise<Counted>}
 */
async function centuries(on, reach) {
  const ends = address.isFiltered() ? await ending(on, 0) : reach.flatMap((at) => (at === null ? [] : [{ from: at, to: at, count: 0 }]));
  let best = UNCOUNTED;
  let latest = await beginning(on);
  for (let turn = 0; turn < WINDOWS && latest !== null; turn += 1) {
    const from = latest - MOST * YEAR;
    const counted = await count("year", on, within([from, latest + DAY], on));
    if (totalOf(counted.items) > totalOf(best.items)) best = { ...counted, ends };
    if (totalOf(best.items) * 2 >= record.total) break;
    latest = await beginning(on, from - DAY);
  }
  return best;
}

/**
 * When the latest statement begins, of all or of those that begin before a time.
 * @param {Clock} on @param {number} [before] seconds @returns {Promise<number | null>} seconds
 */
async function beginning(on, before) {
  const statement = await outermost(on, `-${on}`, before);
  return secondsOf(statement?.bounds[on]?.start.earliest ?? null);
}

/**
 * Whether the counts of everything are as fine as counts of the window would be, and cover it.
 * @param {Counted} all @param {[number, number]} window seconds
 */
export function isFineEnough({ items, every, ends }, [from, to]) {
  const place = (/** @type {string} */ name) => LENGTHS.findIndex(([length]) => length === name);
  const covers = items.length > 0 && (!ends || items[0].from <= from + DAY);
  return covers && place(every) <= place(finest(to - from));
}

/**
 * Counts the statements that begin in a window, in the same way.
 * @param {[number, number]} window seconds @param {Clock} on
 * @returns {Promise<Counted>}
 */
export async function closer(window, on) {
  const query = within(window, on);
  // A window in the address is kept, and may be longer than the one in sight.
  if (address.windowNames(on).some((name) => address.question().has(name))) return fitted(on, query);
  const span = window[1] - window[0];
  return span / YEAR > MOST ? UNCOUNTED : count(finest(span), on, query);
}

/**
 * Counts by years first, to find out how long the time is.
 * @param {Clock} on @param {URLSearchParams} query
 */
async function fitted(on, query) {
  const years = await count("year", on, query);
  const [first, last] = [years.items[0], years.items.at(-1)];
  if (!first || !last) return years;
  const every = finest(last.to - first.from);
  return every === "year" ? years : count(every, on, query);
}

/** @param {number} seconds */
function finest(seconds) {
  return LENGTHS.find(([, length]) => seconds / length <= MOST)?.[0] ?? "year";
}

/**
 * Counts what matches a query in buckets of one length; no counts if there are too many buckets.
 * @param {string} every @param {Clock} on @param {URLSearchParams} query
 * @returns {Promise<Counted>}
 */
export async function count(every, on, query) {
  query.set("every", every);
  query.set("on", on);
  query.set("vague", "true");
  try {
    const { body } = await ask(below("/buckets"), query);
    const [items, vague] = [body.items, body.vague].map((found) => found.map(bucket));
    return { every, items, vague, bars: barsOf({ every, items, vague }), before: body.before.count, unbegun: body.undated.count, undated: 0 };
  } catch (error) {
    if (error instanceof Problem && error.slug === "rejected") return { ...UNCOUNTED, every, refused: true };
    throw error;
  }
}

/** @param {any} item of an answer @returns {Bucket} */
function bucket({ start, end, count, by_standing: by }) {
  return { from: secondsOf(start) ?? 0, to: secondsOf(end) ?? 0, count, by };
}

/**
 * The filters of the address, limited to a window. A window in the address itself is kept.
 * @param {[number, number]} window @param {Clock} on @param {typeof dayOf} [named] writes an end of the window
 */
export function within([from, to], on, named = dayOf) {
  const query = address.question();
  const [first, last] = address.windowNames(on);
  if (!query.has(first)) query.set(first, named(from));
  if (!query.has(last)) query.set(last, named(to));
  return query;
}

/** @param {Counted} counted @param {[number, number]} window seconds @returns {number} how many begin in it */
export function between({ items }, [from, to]) {
  return items.reduce((sum, bucket) => (bucket.to > from && bucket.from < to ? sum + bucket.count : sum), 0);
}

/**
 * How many of what is counted began before a time, and of how many more nobody knows whether they did.
 * @param {Counted} counted @param {number} time seconds @returns {{began: number, may: number}}
 */
export function begunBefore({ items, vague, before }, time) {
  const behind = new Set(items.filter(({ to }) => to > time).map(({ from }) => from));
  const may = totalOf(vague.filter(({ from, to }) => from < time && to > time && !behind.has(from)));
  return { began: before + totalOf(items.filter(({ to }) => to <= time)) - may, may };
}

/**
 * The time that each of what is counted needs: its bucket, or all that its vague date may mean.
 * @param {Counted} counted @returns {{from: number, to: number, count: number}[]}
 */
export function timesOf({ bars, vague }) {
  const certain = bars.map(({ from, to, by }) => ({ from, to, count: Object.values(by).reduce((all, many) => all + many, 0) }));
  return [...certain.filter(({ count }) => count > 0), ...vague];
}

/** @param {Bucket[]} items */
export function totalOf(items) {
  return items.reduce((sum, bucket) => sum + bucket.count, 0);
}

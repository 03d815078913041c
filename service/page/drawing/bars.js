// @ts-check
/** Bars of counts: how many statements begin in each bucket of time, and how many may, by the bounds of vague dates. */

import { civil, DAY, secondsAt } from "../words/instant.js";

/** @typedef {import("./density.js").Bucket} Bucket */
/** @typedef {import("./density.js").Bar} Bar */

/** The most bars before the first bucket, and behind the last, over which vague dates may reach. */
const MOST_BEYOND = 1_000;

/**
 * The bars of what is counted. A statement of a vague date is spread evenly over all the time in which it may begin.
 * @param {{every: string, items: Bucket[], vague: Bucket[]}} counted @returns {Bar[]} without a gap
 */
export function barsOf({ every, items, vague }) {
  const blank = (/** @type {number} */ from, /** @type {number} */ to) => ({ from, to, count: 0, by: {} });
  const all = (vague.length ? grid(every, items, vague, blank) : items).map((each) => ({ ...each, by: { ...each.by }, spread: /** @type {Record<string, number>} */ ({}) }));
  const places = new Map(all.map(({ from }, place) => [from, place]));
  for (const stretch of vague) {
    const first = all[places.get(stretch.from) ?? -1];
    for (const [standing, many] of Object.entries(stretch.by)) {
      if (first?.by[standing]) first.by[standing] -= many;
    }
  }
  share(all, vague);
  for (const bar of all) bar.count = sum(bar.by) + sum(bar.spread);
  return all;
}

/** @param {Record<string, number>} by */
const sum = (by) => Object.values(by).reduce((all, many) => all + many, 0);

/**
 * Gives each bar its part of what begins in each stretch: as much for each second of it.
 * @param {Bar[]} all @param {Bucket[]} vague
 */
function share(all, vague) {
  /** @type {Record<string, Float64Array>} by standing, how many more begin in a second from each bar on */
  const rates = {};
  const place = (/** @type {number} */ time) => {
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (all[middle].from < time) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  for (const { from, to, by } of vague) {
    for (const [standing, many] of Object.entries(by)) {
      const steps = (rates[standing] ??= new Float64Array(all.length + 1));
      steps[place(from)] += many / (to - from);
      steps[place(to)] -= many / (to - from);
    }
  }
  for (const [standing, steps] of Object.entries(rates)) {
    let rate = 0;
    all.forEach((bar, at) => {
      rate += steps[at];
      const many = rate * (bar.to - bar.from);
      if (many > 1e-6) bar.spread[standing] = many;
    });
  }
}

/**
 * The buckets, and empty ones before and behind them, as far as vague dates reach.
 * @param {string} every @param {Bucket[]} items @param {Bucket[]} vague @param {(from: number, to: number) => Bucket} blank
 * @returns {Bucket[]}
 */
function grid(every, items, vague, blank) {
  const first = Math.min(...vague.map(({ from }) => from));
  const last = Math.max(...vague.map(({ to }) => to));
  const begin = items[0]?.from ?? first;
  const before = [];
  for (let to = begin; to > first && before.length < MOST_BEYOND; to = before[before.length - 1].from) before.push(blank(beside(every, to, -1), to));
  const behind = [];
  for (let from = items.at(-1)?.to ?? first; from < last && behind.length < MOST_BEYOND; from = behind[behind.length - 1].to) behind.push(blank(from, beside(every, from, 1)));
  return [...before.reverse(), ...items, ...behind];
}

/**
 * The edge of buckets that is next to one.
 * @param {string} every @param {number} at seconds @param {-1 | 1} way
 */
function beside(every, at, way) {
  if (every === "day" || every === "week") return at + way * DAY * (every === "day" ? 1 : 7);
  const [year, month] = civil(at);
  if (every === "year") return secondsAt(year + way, 1, 1);
  const turn = year * 12 + month - 1 + way;
  return secondsAt(Math.floor(turn / 12), ((turn % 12) + 12) % 12 + 1, 1);
}

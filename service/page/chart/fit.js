// @ts-check
/** Finds the stretch of time that most statements need, so that one old date does not make all others a line. */

import { extent, NOTHING, spanOf } from "../drawing/layout.js";
import { DAY, secondsOf } from "../words/instant.js";

/** @typedef {{from: number, to: number, count: number}} Stretch seconds, and how many statements need it */

/** The largest part of the statements that may be left out. */
const LEFT_OUT = 1 / 3;
/** Leaving out this part of the statements has to halve the time. */
const HALVES = 1 / 20;
/** Up to this much time stays readable, so it is not cut off, even if most statements need little of it. */
const SHORT = 60 * DAY;

/** @param {import("./counts.js").Reaching} timeline @returns {[number, number] | null} seconds; null without dated statements */
export function reachOf(timeline) {
  const [first, last] = [secondsOf(timeline.first), secondsOf(timeline.last)];
  const one = first ?? last; // the other may be open
  return one === null ? null : [one, last ?? one];
}

/**
 * The time of each statement that has one.
 * @param {import("../state/statement").Statement[]} items @param {import("../state/address.js").Clock} on @returns {Stretch[]}
 */
export function stretchesOf(items, on) {
  return items.flatMap((item) => {
    const ends = extent(spanOf(item, on) ?? NOTHING);
    return ends ? [{ from: ends[0], to: ends[1], count: 1 }] : [];
  });
}

/**
 * All of the time, or the shorter time that all but a few outer statements need, if it is much shorter.
 * @param {Stretch[]} stretches @returns {[number, number] | null} seconds; null without any
 */
export function neededByMost(stretches) {
  const taken = stretches.filter(({ count }) => count > 0);
  if (taken.length === 0) return null;
  const all = taken.reduce((sum, { count }) => sum + count, 0);
  const first = edges(taken.map(({ from, count }) => ({ at: from, count })).sort((a, b) => a.at - b.at), all);
  const last = edges(taken.map(({ to, count }) => ({ at: to, count })).sort((a, b) => b.at - a.at), all);
  const whole = Math.max(SHORT, last[0].at - first[0].at);
  let best = { cost: 0, from: first[0].at, to: last[0].at };
  for (const begin of first) {
    for (const end of last) {
      const out = (begin.out + end.out) / all;
      if (out > LEFT_OUT || end.at < begin.at) break;
      const length = Math.max(SHORT, end.at - begin.at);
      const cost = length > whole / 2 ? Infinity : Math.log2(length / whole) + out / HALVES;
      if (cost < best.cost) best = { cost, from: begin.at, to: end.at };
    }
  }
  return [best.from, best.to];
}

/**
 * Where the time may begin or end, and how many statements are left out then.
 * @param {{at: number, count: number}[]} sorted from the outermost @param {number} all
 * @returns {{at: number, out: number}[]}
 */
function edges(sorted, all) {
  const found = [];
  let out = 0;
  for (const { at, count } of sorted) {
    if (out / all > LEFT_OUT) break;
    found.push({ at, out });
    out += count;
  }
  return found;
}

/** @param {[number, number]} stretch seconds @returns {[number, number]} the same with some room at both ends */
export function withRoom([from, to]) {
  const air = Math.max(DAY, (to - from) * 0.06);
  return [from - air, to + air * 1.5];
}

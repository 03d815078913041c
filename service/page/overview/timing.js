// @ts-check
/**
 * Where times and revisions stand in the strip of recording. Half of its width is for time and half for
 * revisions, so that what was recorded at once is spread, and a long quiet time keeps its room. Revisions
 * between those whose times are known are taken to have come evenly.
 */

import { revisions, ticks } from "../drawing/ticks.js";

/** @typedef {import("../drawing/ticks.js").Tick} Tick */
/** @typedef {{first: number, last: number, from: number, to: number}} Stretch revisions that were recorded at once, and their places */
/** @typedef {[number, number]} Knot a revision, and the seconds at which it was recorded */
/** @typedef {{revision: number} | {seconds: number, from: number, to: number, pixel: number}} Place a revision; or a time within a stretch, and how many seconds a pixel is there */

/** Revisions that were recorded within this many seconds can hardly be told apart by their times. */
const CLOSE = 60;
/** The least part of the width for which another time is requested. */
const WORTH = 0.01;
/** Pixels that the number of a revision takes, with the room before the next. */
const NUMBER = 60;
/** The most revisions whose times are remembered. */
const MOST = 200;

/** @type {Knot[]} in order; the first and the last revision are among them */
let knots = [[1, 0], [1, 1]];

/**
 * Adds the first and the last revision of the timeline as it is now.
 * @param {Knot} first @param {Knot} last
 */
export function extend(first, last) {
  const before = knots[knots.length - 1];
  const same = knots[0][1] === first[1] && before[0] <= last[0] && before[1] <= last[1];
  if (!same) knots = [first, last];
  else if (before[0] === last[0] || last[1] - before[1] < CLOSE || knots.length > MOST) knots[knots.length - 1] = last;
  else knots.push(last); // there was a pause
}

/** @returns {number | null} the revision whose time would tell most of how the strip is divided; null if none would tell much */
export function wanted() {
  let [best, found] = [WORTH, /** @type {number | null} */ (null)];
  for (let at = 0; at + 1 < knots.length; at += 1) {
    const [[from], [to]] = [knots[at], knots[at + 1]];
    const least = Math.min(...shares(at));
    if (isClose(at) || to - from < 2 || least <= best) continue;
    [best, found] = [least, Math.floor((from + to) / 2)];
  }
  return found;
}

/** @param {Knot} knot of a revision between those that are known */
export function learn(knot) {
  const at = knots.findIndex(([revision]) => revision >= knot[0]);
  if (at > 0 && knots[at][0] > knot[0]) knots.splice(at, 0, knot);
}

/** @returns {[number, number]} the seconds of the first and the last revision */
export const ends = () => [knots[0][1], knots[knots.length - 1][1]];

/** @param {number} at the place of a knot @returns {[number, number]} the parts of all time and of all revisions between it and the next */
function shares(at) {
  const [first, last, from, to] = [knots[0], knots[knots.length - 1], knots[at], knots[at + 1]];
  return [(to[1] - from[1]) / Math.max(last[1] - first[1], 1e-6), (to[0] - from[0]) / Math.max(last[0] - first[0], 1)];
}

/** @param {number} at */
const isClose = (at) => knots[at + 1][1] - knots[at][1] < CLOSE;

/** @returns {{from: number, width: number}[]} the parts of the strip between the knots */
function parts() {
  let from = 0;
  const time = ends()[1] - ends()[0] < CLOSE ? 0 : 0.5;
  return knots.slice(1).map((_, at) => {
    const width = shares(at)[0] * time + shares(at)[1] * (1 - time);
    from += width;
    return { from: from - width, width };
  });
}

/**
 * @param {number} at the place of a knot @param {number} of 0 for its revision, 1 for its time @param {number} value
 * @returns {number} how far the value is on the way to the next knot
 */
function way(at, of, value) {
  const [from, to] = [knots[at][of], knots[at + 1][of]];
  return to === from ? 1 : Math.min(1, Math.max(0, (value - from) / (to - from)));
}

/**
 * The place of a revision, from 0 to 1.
 * @param {number} revision @param {number} seconds when it was recorded
 */
export function placeOf(revision, seconds) {
  const at = Math.max(0, knots.findIndex(([later]) => later >= revision) - 1);
  const { from, width } = parts()[at];
  return from + width * (isClose(at) ? way(at, 0, revision) : way(at, 1, seconds));
}

/**
 * The place of a time, from 0 to 1; below 0 before the first one.
 * @param {number} seconds @param {number} [revision] the last one by then, if it is known
 */
export function placeAt(seconds, revision) {
  if (seconds < ends()[0]) return -1;
  const next = knots.findIndex(([, later]) => later > seconds);
  if (next < 0) return 1;
  const at = next - 1;
  const { from, width } = parts()[at];
  return from + width * (isClose(at) ? (revision ? way(at, 0, revision) : 1) : way(at, 1, seconds));
}

/** @param {number} place from 0 to 1 @param {number} pixels of the whole width @returns {Place} what stands there */
export function at(place, pixels) {
  const all = parts();
  const index = Math.max(0, all.filter(({ from }) => from <= place).length - 1);
  const { from, width } = all[index];
  const part = width === 0 ? 0 : Math.min(1, Math.max(0, (place - from) / width));
  const [[first, start], [last, end]] = [knots[index], knots[index + 1]];
  if (isClose(index)) return { revision: Math.round(first + part * (last - first)) };
  return { seconds: start + part * (end - start), from: start, to: end, pixel: (end - start) / (width * pixels) };
}

/** @returns {Stretch[]} where revisions were recorded at once */
export function spread() {
  /** @type {Stretch[]} */
  const found = [];
  parts().forEach(({ from, width }, at) => {
    const [first, last] = [knots[at][0], knots[at + 1][0]];
    const before = found[found.length - 1];
    if (!isClose(at) || last === first) return;
    if (before && before.last === first) [before.last, before.to] = [last, from + width];
    else found.push({ first, last, from, to: from + width });
  });
  return found;
}

/**
 * The ticks of the strip: times, and where revisions were recorded at once, revisions.
 * @param {number} pixels its width @returns {{fine: Tick[], coarse: Tick[]}} by place
 */
export function ticked(pixels) {
  const close = spread();
  const numbers = close.flatMap((stretch) => numbered(stretch, (stretch.to - stretch.from) * pixels));
  if (close[0]?.from === 0 && close[0].to > 0.999) return { fine: numbers, coarse: [] };
  const { fine, coarse: named } = ticks(ends(), pixels / 2);
  const coarse = named.map(({ at, text }) => ({ at, text: inUtc(text, at) }));
  const placed = (/** @type {Tick} */ { at, text }) => ({ at: placeAt(at), text });
  const free = (/** @type {Tick} */ { at }) => !close.some(({ from, to }) => at >= from && at <= to);
  const begun = coarse.filter(({ at }) => at <= ends()[0]).pop();
  if (!begun || close[0]?.from !== 0) return { fine: [...numbers, ...fine.map(placed).filter(free)], coarse: coarse.map(placed) };
  // What was recorded first stands where the month would, which is named behind it if there is room.
  const first = { at: close[0].to, text: `${close[0].last.toLocaleString("en")} · ${begun.text}` };
  return { fine: [first, ...numbers, ...fine.map(placed).filter(free)], coarse: coarse.filter((each) => each !== begun).map(placed) };
}

/**
 * Days and months of the strip are those of UTC, which a moment names; times beside it are the reader's.
 * @param {string} text of a day, a month or a year @param {number} seconds @returns {string}
 */
function inUtc(text, seconds) {
  const same = new Date(seconds * 1000).getTimezoneOffset() === 0;
  return same || !/[a-z]/i.test(text) ? text : `${text} UTC`;
}

/** @param {Stretch} stretch @param {number} pixels its width @returns {Tick[]} its first revision, its last, and round numbers between */
function numbered({ first, last, from, to }, pixels) {
  if (pixels < NUMBER) return [];
  const [begin, ...rest] = revisions([first, last], pixels).fine;
  const inner = rest.map(({ at, text }) => ({ at: placeOf(at, 0), text }));
  const room = ((to - from) / pixels) * NUMBER * 0.7;
  return [{ at: from, text: begin.text }, ...inner.filter(({ at }) => to - at > room), { at: to, text: last.toLocaleString("en") }];
}

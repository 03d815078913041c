// @ts-check
/** Where each statement stands in the chart: its lane, its row in it, and its span of time. */

import { secondsOf } from "./instant.js";

/** @typedef {import("./statement").Statement} Statement */
/**
 * Seconds; null where it is unbounded. `point`: start and end are one date.
 * @typedef {{se: number | null, sl: number | null, ee: number | null, el: number | null,
 *   point: boolean, qualifiers: string[]}} Span
 */
/** @typedef {{statement: Statement, span: Span, lane: number, row: number, y: number, before: boolean, alone: boolean}} Mark
 * `before`: its words stand before it, for want of room behind it; `alone`: nothing else is in its row */
/** @typedef {{name: string, top: number, height: number}} Lane */
/** @typedef {{marks: Mark[], lanes: Lane[], height: number, row: number, labelled: boolean, undated: number}} Layout */

/** The span of what has no date. */
export const NOTHING = { se: null, sl: null, ee: null, el: null, point: false, qualifiers: [] };
const MOST_LANES = 30;
const OTHERS = "others";

/** @param {Statement} statement @param {"occurred" | "said"} on @returns {Span | null} */
export function spanOf(statement, on) {
  const bounds = statement.bounds[on];
  if (!bounds) return null;
  const { start, end, qualifiers } = bounds;
  const [se, sl] = [secondsOf(start.earliest), secondsOf(start.latest)];
  const [ee, el] = [secondsOf(end.earliest), secondsOf(end.latest)];
  const point = start.earliest === end.earliest && start.latest === end.latest;
  return { se, sl, ee, el, point, qualifiers };
}

/**
 * The finite ends of a span, null where it has none.
 * @param {Span} span
 */
export function extent({ se, sl, ee, el }) {
  const known = /** @type {number[]} */ ([se, sl, ee, el].filter((edge) => edge !== null));
  return known.length ? [Math.min(...known), Math.max(...known)] : null;
}

/**
 * @param {Statement[]} statements
 * @param {"occurred" | "said"} on
 * @param {(statement: Statement) => string} laneOf
 * @param {(seconds: number) => number} x pixels; rows are shared by what does not meet there
 * @param {{top: number, header: number, left: number, width: number}} room pixels above the lanes,
 *   above the rows of each, before their beginning, and of the chart
 * @returns {Layout}
 */
export function layout(statements, on, laneOf, x, room) {
  const dated = statements.map((statement) => ({ statement, span: spanOf(statement, on) }));
  const shown = dated.flatMap(({ statement, span }) => (span ? [{ statement, span }] : []));
  shown.sort((a, b) => (extent(a.span)?.[0] ?? -Infinity) - (extent(b.span)?.[0] ?? -Infinity));
  const names = laneNames(shown.map(({ statement }) => laneOf(statement)));
  const labelled = shown.length <= 120;
  const row = labelled ? 21 : shown.length <= 500 ? 13 : 8;
  const label = labelled ? Math.min(230, room.width / 4) : 4;
  /** @type {number[][]} for each lane, where each of its rows is free again */
  const free = names.map(() => []);
  /** @type {Set<string>} lanes and rows that more than one statement shares */
  const crowded = new Set();
  const marks = shown.map(({ statement, span }) => {
    const found = names.indexOf(laneOf(statement));
    const lane = found < 0 ? names.length - 1 : found;
    const [from, to] = extent(span) ?? [x(0), x(0)];
    const sign = x(from) - (span.se === null ? 44 : 16);
    const end = Math.max(x(to) + (span.el === null ? 44 : 12), sign + 16);
    const before = labelled && end + label * 0.8 > room.width && sign - label > room.left;
    const left = before ? sign - label : sign;
    const place = free[lane].findIndex((taken) => taken <= left);
    if (place >= 0) crowded.add(`${lane} ${place}`);
    const at = place < 0 ? free[lane].length : place;
    free[lane][at] = before ? end : end + label;
    return { statement, span, lane, row: at, y: 0, before, alone: true };
  });
  let top = room.top;
  const lanes = names.map((name, lane) => {
    const height = room.header + free[lane].length * row + 8;
    const made = { name, top, height };
    top += height;
    return made;
  });
  for (const mark of marks) {
    mark.y = lanes[mark.lane].top + room.header + 4 + (mark.row + 0.5) * row;
    mark.alone = !crowded.has(`${mark.lane} ${mark.row}`);
  }
  return { marks, lanes, height: top, row, labelled, undated: statements.length - shown.length };
}

/** @param {string[]} given the lane of each; those with the most come first, the last are joined */
function laneNames(given) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const name of given) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  return names.length <= MOST_LANES ? names : [...names.slice(0, MOST_LANES - 1), OTHERS];
}

// @ts-check
/** Places statements in the chart: the lane and row of each, and its span of time. */

import { secondsOf } from "../words/instant.js";

/** @typedef {import("../state/statement").Statement} Statement */
/**
 * The bounds of a date in seconds (`se`, `sl`: earliest and latest start; `ee`, `el`: earliest and latest
 * end); null where there is no bound. `point`: start and end are one date.
 * @typedef {{se: number | null, sl: number | null, ee: number | null, el: number | null,
 *   point: boolean, qualifiers: string[]}} Span
 */
/** @typedef {{statement: Statement, span: Span, lane: number, row: number, y: number, before: boolean, alone: boolean, room: number}} Mark
 * `before`: its text is to its left, because there is no room to its right; `alone`: it has its row for itself; `room`:
 * pixels for its text otherwise */
/** @typedef {{name: string, top: number, height: number}} Lane */
/** @typedef {{marks: Mark[], lanes: Lane[], height: number, row: number, labelled: boolean, undated: number}} Layout */

/** Pixels of the arrow or dots that stand for time without a bound. */
export const STUB = 30;
/** The span of a statement without a date. */
export const NOTHING = { se: null, sl: null, ee: null, el: null, point: false, qualifiers: [] };
const MOST_LANES = 30;
const OTHERS = "others";

/** @param {Statement} statement @param {import("../state/address.js").Clock} on @returns {Span | null} */
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
 * The first and last bound of a span; null if it has no bounds.
 * @param {Span} span @returns {[number, number] | null} seconds
 */
export function extent({ se, sl, ee, el }) {
  const known = /** @type {number[]} */ ([se, sl, ee, el].filter((edge) => edge !== null));
  return known.length ? [Math.min(...known), Math.max(...known)] : null;
}

/**
 * @param {Statement[]} statements
 * @param {import("../state/address.js").Clock} on
 * @param {(statement: Statement) => string[]} lanesOf each lane that it has a mark in
 * @param {(seconds: number) => number} x pixels; statements that do not overlap there share a row
 * @param {{top: number, header: number, left: number, width: number}} room pixels above all lanes, above
 *   the rows of each lane, to the left of the lanes, and the chart's width
 * @param {(names: string[]) => string[]} inOrder puts the names of lanes in order
 * @returns {Layout}
 */
export function layout(statements, on, lanesOf, x, room, inOrder) {
  const dated = statements.map((statement) => ({ statement, span: spanOf(statement, on) }));
  const shown = dated.flatMap(({ statement, span }) => (span ? [{ statement, span }] : []));
  shown.sort((a, b) => (extent(a.span)?.[0] ?? -Infinity) - (extent(b.span)?.[0] ?? -Infinity));
  const names = limited(inOrder(shown.flatMap(({ statement }) => lanesOf(statement))));
  const places = new Map(names.map((name, index) => [name, index]));
  const labelled = shown.length <= 120;
  const row = labelled ? 21 : shown.length <= 500 ? 13 : 8;
  const label = labelled ? Math.min(230, room.width / 4) : 4;
  /** @type {number[][]} for each lane, the pixel from which each of its rows is free */
  const free = names.map(() => []);
  /** @type {Set<string>} lane and row, where more than one statement is in it */
  const crowded = new Set();
  const placed = shown.flatMap(({ statement, span }) => {
    const numbers = lanesOf(statement).map((name) => places.get(name) ?? names.length - 1);
    return [...new Set(numbers)].map((lane) => ({ statement, span, lane }));
  });
  const marks = placed.map(({ statement, span, lane }) => {
    const [from, to] = extent(span) ?? [x(0), x(0)];
    const begin = x(from) - (span.se === null ? STUB + 8 : 9);
    const end = Math.max(x(to) + (span.el === null ? STUB + 14 : 12), begin + 18);
    const before = labelled && end + label * 0.8 > room.width && begin - label > room.left;
    const left = before ? begin - label : begin;
    const place = free[lane].findIndex((taken) => taken <= left);
    if (place >= 0) crowded.add(`${lane} ${place}`);
    const at = place < 0 ? free[lane].length : place;
    free[lane][at] = before ? end : end + label;
    return { statement, span, lane, row: at, y: 0, before, alone: true, room: label - 14 };
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

/** @param {string[]} names @returns {string[]} the same; beyond the limit, the rest share one lane */
function limited(names) {
  return names.length <= MOST_LANES ? names : [...names.slice(0, MOST_LANES - 1), OTHERS];
}

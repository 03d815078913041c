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
/** @typedef {{statement: Statement, span: Span, lane: number, row: number, y: number, before: boolean, alone: boolean, room: number, drawn: boolean, left: boolean}} Mark
 * `before`: its text is to its left, because there is no room to its right; `alone`: it has its row for itself; `room`:
 * pixels for its text otherwise; `drawn`: by itself, whether or not it is chosen; `left`: out of the chart, though it may be about what is in sight */
/** @typedef {{name: string, top: number, height: number, crowd?: {marks: Mark[], top: number, height: number}}} Lane
 * `crowd`: what is counted in it, and where, because it is too much to draw */
/** @typedef {{marks: Mark[], lanes: Lane[], height: number, row: number, labelled: boolean, crowded: boolean, undated: number, left: number}} Layout
 * `crowded`: what is drawn depends on what is in sight; `left`: how many are left out */

/** Pixels of the arrow or dots for time without a bound. */
export const STUB = 30;
/** The span of a statement without a date. */
export const NOTHING = { se: null, sl: null, ee: null, el: null, point: false, qualifiers: [] };
const MOST_LANES = 30;
/** More rows than this are not read in a lane; in all lanes together it is `ALL_ROWS`, and each may have `LEAST_ROWS`. */
const MOST_ROWS = 40;
const ALL_ROWS = 160;
const LEAST_ROWS = 8;
/** Pixels of a lane whose statements are counted. */
const CROWD = 52;
/** The lane that all share which have none of their own. */
export const OTHERS = "others";

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

/** @typedef {(seconds: number) => number} Scale pixels */
/** @typedef {{top: number, header: number, left: number, width: number}} Room pixels above all lanes, above the rows
 *   of each lane, to the left of the lanes, and the chart's width */

/**
 * Places all statements that have a date. If a lane has more rows than a reader can read, it is packed again with
 * what is in sight alone. If that is too much as well, it is packed without those of which only an open or unknown
 * end may reach there. If even that is too much, the lane is counted: only the chosen statement and its relatives are
 * drawn in it.
 * @param {Statement[]} statements
 * @param {import("../state/address.js").Clock} on
 * @param {(statement: Statement) => string[]} lanesOf each lane that it has a mark in
 * @param {{steady: Scale, now: Scale}} scales statements that do not overlap share a row: by `steady`, so that each
 *   stays in its row while the reader zooms, or as they are in sight
 * @param {Room} room @param {(names: string[]) => string[]} inOrder puts the names of lanes in order
 * @param {{each?: boolean}} how `each`: a row for each that needs one, however many
 * @returns {Layout}
 */
export function layout(statements, on, lanesOf, scales, room, inOrder, { each = false } = {}) {
  const dated = statements.map((statement) => ({ statement, span: spanOf(statement, on) }));
  const shown = dated.flatMap(({ statement, span }) => (span ? [{ statement, span }] : []));
  shown.sort((a, b) => (extent(a.span)?.[0] ?? -Infinity) - (extent(b.span)?.[0] ?? -Infinity));
  const names = limited(inOrder(shown.flatMap(({ statement }) => lanesOf(statement))));
  const places = new Map(names.map((name, index) => [name, index]));
  /** @type {Mark[][]} for each lane its marks */
  const groups = names.map(() => []);
  const blank = { row: 0, y: 0, before: false, alone: true, room: 0, drawn: true, left: false };
  for (const { statement, span } of shown) {
    const numbers = lanesOf(statement).map((name) => places.get(name) ?? names.length - 1);
    for (const lane of new Set(numbers)) groups[lane].push({ ...blank, statement, span, lane });
  }
  const labelled = shown.length <= 120;
  const how = { ...room, labelled, row: labelled ? 21 : shown.length <= 500 ? 13 : 8 };
  const full = each || labelled;
  const needed = groups.map((group) => pack(group, scales.steady, how, full ? Infinity : MOST_ROWS));
  const most = full ? Infinity : mostRows(needed);
  let top = room.top;
  const lanes = names.map((name, lane) => {
    const made = place(groups[lane], { name, top, most, rows: needed[lane] }, scales.now, how);
    top += made.height;
    return made;
  });
  const crowded = needed.some((rows) => rows > most);
  const marks = groups.flat();
  const left = new Set(marks.flatMap((mark) => (mark.left ? [mark.statement] : []))).size;
  return { marks, lanes, height: top, row: how.row, labelled, crowded, undated: statements.length - shown.length, left };
}

/** @param {number[]} needed the rows of each lane @returns {number} the most that a lane may have, so that all can be read */
function mostRows(needed) {
  const total = (/** @type {number} */ most) => needed.reduce((sum, rows) => sum + (rows > most ? LEAST_ROWS : rows), 0);
  return [MOST_ROWS, MOST_ROWS / 2].find((most) => total(most) <= ALL_ROWS) ?? LEAST_ROWS;
}

/**
 * A lane, with its marks placed in it.
 * @param {Mark[]} marks @param {{name: string, top: number, most: number, rows: number}} given @param {Scale} now
 * @param {Room & {labelled: boolean, row: number}} how @returns {Lane}
 */
function place(marks, { name, top, most, rows }, now, how) {
  const first = top + how.header + 4;
  if (rows > most) {
    let seen = marks.filter(({ span }) => touches(span, now, how));
    let needed = pack(seen, now, how, most);
    const known = new Set(seen.filter(({ span }) => touches(span, now, how, false)));
    if (needed > most && known.size > 0) {
      needed = pack([...known], now, how, most, false);
      for (const mark of seen) mark.left = needed <= most && !known.has(mark);
      seen = [...known];
    }
    if (needed > most) {
      for (const mark of marks) Object.assign(mark, { row: 0, drawn: false, y: first + CROWD + how.row / 2 });
      return { name, top, height: how.header + CROWD + how.row + 12, crowd: { marks, top: first, height: CROWD } };
    }
    rows = Math.max(needed, 1);
    const drawn = new Set(seen);
    for (const mark of marks) mark.drawn = drawn.has(mark);
  }
  for (const mark of marks) mark.y = first + (Math.min(mark.row, rows - 1) + 0.5) * how.row;
  return { name, top, height: how.header + rows * how.row + 8 };
}

/**
 * Gives each mark the first row that is free where it begins.
 * @param {Mark[]} marks by their beginning @param {Scale} x @param {Room & {labelled: boolean}} how
 * @param {number} most rows: beyond them nothing is packed
 * @param {boolean} [endless] whether an open or unknown end takes its row up to the edge of the chart
 * @returns {number} the rows that were needed
 */
function pack(marks, x, { left: edge, width, labelled }, most, endless = true) {
  const label = labelled ? Math.min(230, width / 4) : 4;
  /** @type {number[]} the pixel from which each row is free */
  const free = [];
  /** @type {Set<number>} rows with more than one statement */
  const shared = new Set();
  for (const mark of marks) {
    const { span } = mark;
    const [from, to] = extent(span) ?? [-Infinity, Infinity]; // without a bound it is drawn over the whole width
    const begin = x(from) - (span.se === null ? STUB + 8 : 9);
    const end = Math.max(x(to) + (span.el === null ? STUB + 14 : 12), begin + 18);
    mark.before = labelled && end + label * 0.8 > width && begin - label > edge;
    const taking = endless && span.se === null ? -Infinity : mark.before ? begin - label : begin;
    const place = free.findIndex((taken) => taken <= taking);
    if (place >= 0) shared.add(place);
    mark.row = place < 0 ? free.length : place;
    if (mark.row >= most) return most + 1;
    free[mark.row] = endless && span.el === null ? Infinity : mark.before ? end : end + label;
    mark.room = label - 14;
  }
  for (const mark of marks) mark.alone = !shared.has(mark.row);
  return free.length;
}

/**
 * @param {Span} span @param {Scale} x @param {Room} room @param {boolean} [endless] whether an open or unknown end reaches to the edge of the chart
 */
function touches(span, x, { left, width }, endless = true) {
  const known = extent(span);
  if (!known) return true;
  const [from, to] = known;
  return ((endless && span.el === null) || x(to) >= left) && ((endless && span.se === null) || x(from) <= width);
}

/** @param {string[]} names @returns {string[]} the same; beyond the limit, the rest share one lane */
function limited(names) {
  return names.length <= MOST_LANES ? names : [...names.slice(0, MOST_LANES - 1), OTHERS];
}

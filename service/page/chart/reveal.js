// @ts-check
/** Brings the statement in the detail into sight. */

import { AXIS } from "../drawing/axis.js";
import { extent, spanOf } from "../drawing/layout.js";
import { inSight } from "../drawing/marks.js";
import { LEAST } from "../drawing/scale.js";
import * as address from "../state/address.js";
import { ask, below, Problem } from "../state/api.js";
import { record, WHOLE } from "../state/record.js";
import { between } from "./counts.js";
import { around } from "./movement.js";
import { frame, shown } from "./view.js";

/** @typedef {import("../state/statement").Statement} Statement */

/** @type {Statement | null} the statement that was asked for last */
let latest = null;

/**
 * The statement in the detail; null if there is none.
 * @returns {Promise<Statement | null>}
 */
export async function chosen() {
  const id = address.one("statement");
  if (!id) return null;
  const known = record.find(id) ?? (latest?.id === id ? latest : null);
  if (known) return known;
  try {
    latest = (await ask(below(`/statements/${encodeURIComponent(id)}`), address.moment())).body;
    return latest;
  } catch (error) {
    if (error instanceof Problem && !error.passing) return null;
    throw error;
  }
}

/**
 * The window that shows a statement: as long as the present one, or shorter if it would contain too many others to draw
 * each of them.
 * @param {Statement} statement @returns {[number, number] | null} seconds; null if it is in sight, or has no date
 */
export function windowFor(statement) {
  const stretch = extent(spanOf(statement, address.clock()) ?? { se: null, sl: null, ee: null, el: null, point: false, qualifiers: [] });
  if (!stretch) return null;
  const [from, to] = shown.scale.window();
  const within = stretch[1] >= from && stretch[0] <= to;
  if (within && !shown.far) return null;
  let window = around(stretch, to - from);
  while (!record.whole && window[1] - window[0] > LEAST * 2 && begun(window) > WHOLE / 2) window = around(stretch, (window[1] - window[0]) / 2);
  return window;
}

/** @param {[number, number]} window seconds @returns {number} about how many statements begin in it */
function begun(window) {
  const { density, all } = shown;
  const covers = density.items.some(({ from, to }) => to > window[0] && from < window[1]);
  const counted = covers ? density : all;
  const shortest = Math.min(...counted.items.map(({ from, to }) => to - from));
  const part = Math.min(1, (window[1] - window[0]) / shortest);
  return between(counted, window) * part;
}

/**
 * Scrolls the lanes to a statement; without one, to the first in its window if no lane shows any, as after moving.
 * @param {string} id
 */
export function scrollTo(id = "") {
  const { scrollTop, clientHeight } = frame;
  const seen = (/** @type {{y: number}} */ { y }) => y >= scrollTop + AXIS + 10 && y <= scrollTop + clientHeight - 10;
  const marks = shown.plan.marks.filter((mark) => inSight(mark, shown.scale) && (!id || mark.statement.id === id));
  if (shown.far || marks.length === 0 || marks.some(seen)) return;
  const distance = (/** @type {{y: number}} */ { y }) => Math.abs(y - scrollTop - clientHeight / 2);
  const near = marks.reduce((best, mark) => (distance(mark) < distance(best) ? mark : best));
  frame.scrollTop = near.y - clientHeight / 2;
}

// @ts-check
/** Which window of time the chart shows, and how it moves: by pointer and keys, and to what the reader asks for. */

import { inSight, middleOf, signAt } from "../drawing/marks.js";
import { TimeScale } from "../drawing/scale.js";
import * as address from "../state/address.js";
import { select, zoom } from "../vendor/d3.js";
import { canvas, frame, shown } from "./view.js";

/** @typedef {[number, number]} Window seconds */

const surface = select(canvas);
const zooming = zoom().on("zoom", moved);
/** @type {Window} what most statements need */
let fit = [0, 1];
/** @type {Window} how far the reader can go */
let all = [0, 1];
let fitted = true;
/** Whether the reader asked for all, and has not moved since. */
let seesAll = false;
/** @type {() => void} */
let changed = () => {};

/**
 * @param {(event: any) => boolean} starts whether a pointer's event moves the chart
 * @param {() => void} listener is called after each move
 */
export function start(starts, listener) {
  changed = listener;
  surface.call(zooming.filter(starts)).on("dblclick.zoom", null);
}

/**
 * What most statements need.
 * @returns {Window}
 */
export const needed = () => fit;

/** Whether the chart shows what most statements need, instead of a window that the reader chose. */
export const isFitted = () => fitted;

/**
 * What most statements need, and how far all of them reach. What is shown stays.
 * @param {Window} most @param {Window} whole
 */
export function setBounds(most, whole) {
  fit = most;
  all = [Math.min(most[0], whole[0]), Math.max(most[1], whole[1])];
}

/** Shows what most statements need. */
export function showFit() {
  shown.scale = new TimeScale(fit, shown.scale.range);
  fitted = true;
  seesAll = false;
  settle();
}

/** Whether the chart shows all, as the reader asked for. */
export const isAll = () => seesAll;

/** Shows all, and so all of the next question, until the reader moves. */
export function showAll() {
  if (leavesOut()) showWindow(all);
  else showFit();
  seesAll = true;
}

/** Whether the button, and the key 0, go to the time that most statements need, instead of to the whole time. */
export const leadsToMost = () => !fitted && leavesOut();

/** Goes to the time that most statements need; if that is shown already, or is the whole time, to the whole time. */
export function goHome() {
  if (leadsToMost()) showFit();
  else showAll();
  changed();
}

/** Whether some statements reach beyond the time that most of them need. */
const leavesOut = () => all[0] < fit[0] || all[1] > fit[1];

/** @param {Window} window */
export function showWindow(window) {
  fitted = seesAll = false;
  shown.scale.apply(shown.scale.transformTo(window));
  settle();
}

/**
 * Goes to a window, because the reader asked for it.
 * @param {Window} window
 */
export function go(window) {
  showWindow(window);
  changed();
}

/**
 * A window of a certain length that shows a stretch of time: all of it, or its beginning if it is longer.
 * @param {Window} stretch @param {number} length seconds @returns {Window}
 */
export function around([from, to], length) {
  const begin = to - from < length * 0.9 ? (from + to - length) / 2 : from - length * 0.1;
  return [begin, begin + length];
}

/**
 * Resizes the chart, which keeps showing the same window.
 * @param {[number, number]} range pixels @param {number} height
 */
export function resize(range, height) {
  const { scale } = shown;
  const window = scale.window();
  shown.scale = new TimeScale(scale.base.domain(), range);
  shown.scale.apply(shown.scale.transformTo(window));
  zooming.extent([[range[0], 0], [range[1], height]]);
  settle();
}

/** Tells d3-zoom the present window, and its limits. */
function settle() {
  const { scale } = shown;
  const window = scale.window();
  const [from, to] = [Math.min(all[0], window[0]), Math.max(all[1], window[1])];
  surface.property("__zoom", scale.transformTo(window));
  zooming.scaleExtent(scale.factors([from, to])).translateExtent([[scale.base(from), -Infinity], [scale.base(to), Infinity]]);
}

/** @param {any} event of d3-zoom */
function moved(event) {
  fitted = seesAll = false;
  shown.scale.apply(event.transform);
  const pointer = event.sourceEvent;
  if (pointer?.type === "mousemove") frame.scrollTop -= pointer.movementY;
  changed();
}

/**
 * Moves by a part of what is shown.
 * @param {number} part to the later, if positive
 */
export function shift(part) {
  const [left, right] = shown.scale.range;
  zooming.translateBy(surface, (-part * (right - left)) / canvas.__zoom.k, 0);
}

/**
 * Zooms, to or from where statements are.
 * @param {number} factor @param {number | null} [at] a pixel, where the reader pointed at it
 */
export function zoomBy(factor, at = dataAt()) {
  const [left, right] = shown.scale.range;
  if (at !== null && (at < left || at > right) && factor > 1) {
    const [from, to] = shown.scale.window();
    const half = (to - from) / factor / 2;
    go([shown.scale.seconds(at) - half, shown.scale.seconds(at) + half]);
  } else zooming.scaleBy(surface, factor, [at ?? (left + right) / 2, 0]);
}

/** @returns {number | null} the pixel of the statement in the detail, of the middle one in sight, or of the nearest */
function dataAt() {
  const { scale, plan, far, density, all } = shown;
  const [left, right] = scale.range;
  if (far) {
    const known = density.bars.length ? density : all; // more years than are counted at once are in sight
    const bars = known.bars.filter(({ count }) => count > 0).map(({ from, to, count }) => ({ at: scale.x((from + to) / 2), count }));
    return middle(bars, left, right);
  }
  const id = address.one("statement");
  const chosen = plan.marks.find(({ statement }) => statement.id === id);
  if (chosen && inSight(chosen, scale)) return middleOf(chosen, scale);
  return middle(plan.marks.map((mark) => ({ at: inSight(mark, scale) ? middleOf(mark, scale) : signAt(mark, scale), count: 1 })), left, right);
}

/** @param {{at: number, count: number}[]} found @param {number} left @param {number} right @returns {number | null} */
function middle(found, left, right) {
  const sorted = found.filter(({ at }) => at >= left && at <= right).sort((a, b) => a.at - b.at);
  const half = sorted.reduce((sum, { count }) => sum + count, 0) / 2;
  let sum = 0;
  for (const { at, count } of sorted) {
    sum += count;
    if (sum >= half) return at;
  }
  const centre = (left + right) / 2;
  return found.reduce((near, { at }) => (near === null || Math.abs(at - centre) < Math.abs(near - centre) ? at : near), /** @type {number | null} */ (null));
}

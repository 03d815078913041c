// @ts-check
/** Draws a strip: a stretch of time over the whole width, with its ticks, and where something is in it. */

import { formsOf } from "../drawing/axis.js";
import { ticks } from "../drawing/ticks.js";
import { scaleLinear } from "../vendor/d3.js";

/** @typedef {[number, number]} Window seconds */
/**
 * @typedef {{ink: CanvasRenderingContext2D, width: number, height: number, x: (at: number) => number,
 *   at: (x: number) => number, colours: Record<string, string>}} Strip
 */

/** Pixels at both ends of a strip, so that nothing is cut off at an end. */
export const INSET = 4;
/** Pixels above the ticks' words. */
const ROOM = 15;

/**
 * An empty strip of the canvas's size, with its ticks.
 * @param {HTMLCanvasElement} canvas @param {Window} domain @param {typeof ticks} [ticked] the ticks of a domain that is not one of seconds
 * @returns {Strip | null} null if it is not in sight
 */
export function strip(canvas, domain, ticked = ticks) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ink = canvas.getContext("2d");
  if (!ink || width === 0) return null;
  const sharp = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * sharp)) canvas.width = Math.round(width * sharp);
  if (canvas.height !== Math.round(height * sharp)) canvas.height = Math.round(height * sharp);
  ink.setTransform(sharp, 0, 0, sharp, 0, 0);
  ink.clearRect(0, 0, width, height);
  const style = getComputedStyle(document.documentElement);
  const names = ["ink", "soft", "line", "sheet", "faint", "accent", "paper", "disputed", "retracted", "sans"];
  const colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  const scale = scaleLinear().domain(domain).range([INSET, width - INSET]);
  const made = { ink, width, height, colours, x: scale, at: (/** @type {number} */ x) => scale.invert(x) };
  words(made, domain, ticked(domain, width - 2 * INSET));
  return made;
}

/**
 * Ticks by the rules of the chart's axis, in one line. What the fine ticks are part of (a year, a month with its
 * year) stands at its beginning, in the place of a fine tick. The fine ticks stand where there is room between.
 * @param {Strip} made @param {Window} domain @param {ReturnType<typeof ticks>} ticked
 */
function words({ ink, width, height, colours, x }, domain, { fine, coarse }) {
  ink.font = `11px ${colours.sans}`;
  ink.textBaseline = "middle";
  ink.strokeStyle = colours.line;
  ink.lineWidth = 1;
  const at = (/** @type {import("../drawing/ticks.js").Tick} */ tick) => Math.max(INSET, Math.round(x(tick.at)) + 0.5);
  const wide = (/** @type {string} */ text) => ink.measureText(text).width + 8;
  /** @type {[number, number][]} pixels that have words */
  const taken = [];
  const write = (/** @type {number} */ left, /** @type {string} */ text) => {
    ink.fillStyle = colours.soft;
    ink.fillText(text, left + 3, height - 6);
    taken.push([left, left + wide(text)]);
  };
  coarse.forEach((tick, index) => {
    if (tick.at >= domain[0]) line(ink, at(tick), 0, height);
    const next = coarse[index + 1] ? at(coarse[index + 1]) : width;
    const text = formsOf(tick.text).find((each) => at(tick) + wide(each) <= next);
    if (text) write(at(tick), text);
  });
  for (const tick of fine) {
    const [from, to] = [at(tick), at(tick) + wide(tick.text)];
    if (taken.every(([left, right]) => from <= left || from >= right - 4)) line(ink, from, height - 13, height); // none goes through words
    if (tick.at >= domain[0] && to <= width && taken.every(([left, right]) => to <= left || from >= right)) write(from, tick.text);
  }
}

/** @param {CanvasRenderingContext2D} ink @param {number} x @param {number} top @param {number} bottom pixels */
function line(ink, x, top, bottom) {
  ink.beginPath();
  ink.moveTo(x, top);
  ink.lineTo(x, bottom);
  ink.stroke();
}

/**
 * The amount at each time, in columns of two pixels.
 * @param {Strip} made @param {{from: number, to: number, count: number}[]} items
 */
export function amounts({ width, x }, items) {
  const columns = new Float32Array(Math.ceil(width / 2));
  for (const { from, to, count } of items) {
    const first = Math.max(0, Math.floor(x(from) / 2));
    const last = Math.min(columns.length - 1, Math.floor(x(to) / 2));
    for (let column = first; column <= last; column += 1) columns[column] += count / Math.max(1, last - first + 1);
  }
  return columns;
}

/** @param {Strip} made @param {Float32Array} columns of `amounts` */
export function drawAmounts({ ink, height, colours }, columns) {
  const most = columns.reduce((high, many) => Math.max(high, many), 0);
  const room = height - ROOM;
  ink.fillStyle = colours.soft;
  ink.globalAlpha = 0.6;
  columns.forEach((many, column) => {
    const high = Math.max(2, (room - 1) * Math.sqrt(many / most));
    if (many > 0) ink.fillRect(column * 2, room - high, 2, high);
  });
  ink.globalAlpha = 1;
}

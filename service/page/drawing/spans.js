// @ts-check
/** Draws spans of time: a bar for what is certain, fading where a date is vague. */

import { STUB } from "./layout.js";

/** @typedef {import("./layout.js").Span} Span */
/** @typedef {import("./scale.js").TimeScale} TimeScale */

const CORE = 0.8;
const VAGUE = 0.26;
const EDGE = 0.1;

/**
 * The pixels between the first and the last bound of a span.
 * @param {Span} span @param {TimeScale} scale
 * @returns {{left: number, right: number}}
 */
export function bounded({ se, sl, ee, el }, scale) {
  const first = se ?? sl ?? ee ?? el;
  const last = el ?? ee ?? sl ?? se;
  const left = first === null ? scale.range[0] + STUB : scale.x(first);
  return { left, right: last === null ? scale.range[1] - STUB : Math.max(left, scale.x(last)) };
}

/**
 * The pixels that a span covers, with the stubs of its open ends. Where its known time is out of sight, an end that has no
 * bound reaches through the chart, to its other edge.
 * @param {Span} span @param {TimeScale} scale
 * @returns {{left: number, right: number}}
 */
export function reach(span, scale) {
  const { left, right } = bounded(span, scale);
  const [first, last] = scale.range;
  const [begin, end] = [left > last ? first : left - STUB, right < first ? last : right + STUB];
  return { left: span.se === null ? begin : left, right: span.el === null ? end : right };
}

/**
 * Draws a span in the ink's present colour.
 * @param {CanvasRenderingContext2D} ink @param {Span} span @param {TimeScale} scale
 * @param {number} y the middle @param {number} height @param {string} colour
 */
export function drawSpan(ink, span, scale, y, height, colour) {
  const [known, { left, right }] = [bounded(span, scale), reach(span, scale)];
  bar(ink, span, scale, y, height, colour);
  const near = (/** @type {number} */ x) => Math.max(scale.range[0] - STUB, Math.min(x, scale.range[1] + STUB));
  if (span.se === null) stub(ink, near(known.left), near(left), y, span.qualifiers.includes("open-start"));
  if (span.el === null) stub(ink, near(known.right), near(right), y, span.qualifiers.includes("open-end"));
}

/**
 * A solid bar for the certain core, which fades towards the widest bounds. Without a certain core it is
 * one even band, since no part of it is more likely than another.
 * @param {CanvasRenderingContext2D} ink @param {Span} span @param {TimeScale} scale
 * @param {number} y @param {number} height @param {string} colour
 */
function bar(ink, { se, sl, ee, el, point }, scale, y, height, colour) {
  const top = y - height / 2;
  const core = !point && sl !== null && ee !== null && sl < ee;
  if (!core && !(sl !== null && ee === null) && !(sl === null && ee !== null)) {
    if (se !== null && el !== null) band(ink, scale.x(se), scale.x(el), top, height);
    return;
  }
  const begin = sl ?? ee ?? 0;
  const end = ee ?? sl ?? 0;
  if (core) block(ink, scale.x(begin), scale.x(end), top, height, CORE);
  if (se !== null && sl !== null && se < sl) fade(ink, scale.x(se), scale.x(sl), top, height, colour);
  if (ee !== null && el !== null && ee < el) fade(ink, scale.x(el), scale.x(ee), top, height, colour);
}

/**
 * @param {CanvasRenderingContext2D} ink @param {number} from @param {number} to
 * @param {number} top @param {number} height @param {number} alpha
 */
function block(ink, from, to, top, height, alpha) {
  ink.globalAlpha *= alpha;
  ink.fillRect(from, top, Math.max(1, to - from), height);
  ink.globalAlpha /= alpha;
}

/**
 * @param {CanvasRenderingContext2D} ink @param {number} from @param {number} to
 * @param {number} top @param {number} height
 */
function band(ink, from, to, top, height) {
  if (to - from < 2) return;
  block(ink, from, to, top, height, VAGUE);
  ink.globalAlpha *= 0.75;
  ink.lineWidth = 1;
  ink.setLineDash([3, 2]);
  ink.strokeRect(from + 0.5, top + 0.5, to - from - 1, height - 1);
  ink.setLineDash([]);
  ink.globalAlpha /= 0.75;
}

/**
 * @param {CanvasRenderingContext2D} ink @param {number} faint @param {number} full pixels
 * @param {number} top @param {number} height @param {string} colour
 */
function fade(ink, faint, full, top, height, colour) {
  const width = Math.abs(full - faint);
  if (width < 1) return;
  if (width > 3) {
    const shade = ink.createLinearGradient(faint, 0, full, 0);
    shade.addColorStop(0, `color-mix(in srgb, ${colour} ${EDGE * 100}%, transparent)`);
    shade.addColorStop(1, `color-mix(in srgb, ${colour} ${CORE * 100}%, transparent)`);
    ink.fillStyle = shade;
  }
  ink.fillRect(Math.min(faint, full), top, width, height);
  ink.fillStyle = colour;
}

/**
 * Time without a bound: an arrow if the date is open, dots if its start or end is unknown.
 * @param {CanvasRenderingContext2D} ink @param {number} from @param {number} to @param {number} y
 * @param {boolean} open
 */
function stub(ink, from, to, y, open) {
  const way = Math.sign(to - from);
  ink.lineWidth = 2;
  ink.beginPath();
  ink.setLineDash(open ? [] : [2, 4]);
  ink.moveTo(from, y);
  ink.lineTo(open ? to : to + 8 * way * -1, y);
  ink.stroke();
  ink.setLineDash([]);
  if (open) {
    ink.beginPath();
    ink.moveTo(to, y);
    ink.lineTo(to - 7 * way, y - 4);
    ink.lineTo(to - 7 * way, y + 4);
    ink.closePath();
    ink.fill();
  }
}

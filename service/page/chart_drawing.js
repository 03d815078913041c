// @ts-check
/** Statements as ink: a vague date is drawn as what it is. */

import { drawSign } from "./standing.js";

/** @typedef {import("./chart_layout.js").Mark} Mark */
/** @typedef {import("./chart_layout.js").Span} Span */
/** @typedef {import("./chart_scale.js").TimeScale} TimeScale */
/** @typedef {Record<string, string>} Colours */

/** Pixels of what stands for time without an end. */
const STUB = 30;
const CORE = 0.8;
const VAGUE = 0.26;
const EDGE = 0.1;

/**
 * The pixels that a span takes, stubs of open ends included.
 * @param {Span} span @param {TimeScale} scale
 * @returns {{left: number, right: number, open: boolean, closed: boolean}}
 */
export function reach({ se, sl, ee, el }, scale) {
  const first = se ?? sl ?? ee ?? el;
  const last = el ?? ee ?? sl ?? se;
  const left = first === null ? scale.range[0] + STUB : scale.x(first);
  const right = last === null ? scale.range[1] - STUB : scale.x(last);
  return { left: se === null ? left - STUB : left, right: el === null ? right + STUB : right, open: se === null, closed: el !== null };
}

/**
 * Where a mark's sign stands: before its span, or on it where that is narrow; at the edge of
 * the chart while the span goes on into sight.
 * @param {Mark} mark @param {TimeScale} scale
 */
export function signAt({ span }, scale) {
  const { left, right } = reach(span, scale);
  if (right - left < 6) return (left + right) / 2;
  return Math.max(left - 8, Math.min(scale.range[0] + 8, right));
}

/**
 * @param {CanvasRenderingContext2D} ink @param {Mark} mark @param {TimeScale} scale
 * @param {number} y @param {{height: number, colours: Colours, label: boolean, chosen: boolean}} how
 */
export function drawMark(ink, mark, scale, y, { height, colours, label, chosen }) {
  const { span, statement } = mark;
  const colour = colours[statement.standing];
  const { left, right } = reach(span, scale);
  ink.fillStyle = ink.strokeStyle = colour;
  bar(ink, span, scale, y, height, colour);
  if (span.se === null) stub(ink, left + STUB, left, y, span.qualifiers.includes("open-start"));
  if (span.el === null) stub(ink, right - STUB, right, y, span.qualifiers.includes("open-end"));
  const x = signAt(mark, scale);
  ink.fillStyle = ink.strokeStyle = colour;
  ink.lineWidth = chosen ? 2.5 : 1.6;
  drawSign(ink, statement.standing, x, y, Math.min(5.5, height * 0.62 + 1.5), colours.sheet);
  ink.lineWidth = 1;
  const doubt = signs(span.qualifiers);
  let after = Math.max(right, x + 6) + 5;
  if (doubt) {
    ink.font = `700 13px ${colours.sans}`;
    ink.fillText(doubt, after, y + 0.5);
    after += ink.measureText(doubt).width + 4;
  }
  if (label) write(ink, mark, { x, after, y, scale, colours, chosen });
}

/** @param {string[]} qualifiers */
function signs(qualifiers) {
  return (qualifiers.includes("approximate") ? "~" : "") + (qualifiers.includes("uncertain") ? "?" : "");
}

/**
 * The certain core whole, and from it to the widest bounds ever fainter; where nothing is certain
 * one even band, since no part of it is likelier than another.
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
 * Time without an end: an arrow where it is open, dots that thin out where nobody knows.
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

/**
 * @param {CanvasRenderingContext2D} ink @param {Mark} mark
 * @param {{x: number, after: number, y: number, scale: TimeScale, colours: Colours, chosen: boolean}} how
 *   `x` of its sign, `after` its span and signs of doubt
 */
function write(ink, { before, alone, statement }, { x, after, y, scale, colours, chosen }) {
  const [left, right] = scale.range;
  const room = Math.min(before ? x - 12 - left : right - after - 4, alone || (chosen && !before) ? 560 : 215);
  if (room < 60) return;
  ink.font = `${chosen ? 600 : 400} 12.5px ${colours.serif}`;
  ink.fillStyle = chosen ? colours.ink : colours.soft;
  ink.textAlign = before ? "right" : "left";
  ink.fillText(fitted(ink, statement.text, room), before ? x - 11 : after, y + 0.5);
  ink.textAlign = "left";
}

/**
 * As much of a text as there is room for.
 * @param {CanvasRenderingContext2D} ink @param {string} text @param {number} room pixels
 */
export function fitted(ink, text, room) {
  let shown = text.length > 140 ? text.slice(0, 140) : text;
  if (shown === text && ink.measureText(text).width <= room) return text;
  let [low, high] = [0, shown.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ink.measureText(`${shown.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  shown = shown.slice(0, low).trimEnd();
  return low ? `${shown}…` : "";
}

/**
 * Who disputes whom: an arc from each statement to the one that it speaks of.
 * @param {CanvasRenderingContext2D} ink @param {Mark} chosen @param {Map<string, Mark>} marks
 * @param {TimeScale} scale @param {(mark: Mark) => number} yOf @param {Colours} colours
 */
export function drawArcs(ink, chosen, marks, scale, yOf, colours) {
  for (const { statement, relation, direction } of chosen.statement.relations) {
    const other = marks.get(statement);
    if (!other) continue;
    const [from, to] = direction === "out" ? [chosen, other] : [other, chosen];
    const [x1, y1, x2, y2] = [signAt(from, scale), yOf(from), signAt(to, scale), yOf(to)];
    const bend = Math.min(70, 18 + Math.hypot(x2 - x1, y2 - y1) / 5);
    const [cx, cy] = [(x1 + x2) / 2 - bend, (y1 + y2) / 2];
    ink.strokeStyle = ink.fillStyle = { disputes: colours.disputed, supports: colours.corroborated }[relation] ?? colours.soft;
    ink.lineWidth = relation === "disputes" ? 2.25 : 1.5;
    ink.setLineDash(relation === "disputes" || relation === "supports" ? [] : [4, 3]);
    ink.beginPath();
    ink.moveTo(x1, y1);
    ink.quadraticCurveTo(cx, cy, x2, y2);
    ink.stroke();
    ink.setLineDash([]);
    const angle = Math.atan2(y2 - cy, x2 - cx);
    ink.beginPath();
    ink.moveTo(x2 - 7 * Math.cos(angle), y2 - 7 * Math.sin(angle));
    ink.lineTo(x2 - 15 * Math.cos(angle - 0.4), y2 - 15 * Math.sin(angle - 0.4));
    ink.lineTo(x2 - 15 * Math.cos(angle + 0.4), y2 - 15 * Math.sin(angle + 0.4));
    ink.closePath();
    ink.fill();
  }
}

// @ts-check
/** Draws lanes with more statements than can be read: how many are about each time, certainly and at most. */

import { STANDINGS } from "../look/standing.js";
import { fillOf } from "../look/texture.js";
import { bounded } from "./spans.js";

/** @typedef {import("./layout.js").Mark} Mark */
/** @typedef {import("./scale.js").TimeScale} TimeScale */
/** @typedef {Record<string, {certain: Float32Array, most: Float32Array}>} Amounts by standing, a number for each column */

/** Pixels of a column. */
export const COLUMN = 3;
/** Pixels of the lowest column, so that one statement beside a thousand is seen. */
const LEAST = 2;

/**
 * How many of the marks are about the time of each column in sight: certainly, and at most.
 * @param {Mark[]} marks @param {TimeScale} scale @returns {Amounts}
 */
export function amounts(marks, scale) {
  const [left, right] = scale.range;
  const columns = Math.max(1, Math.ceil((right - left) / COLUMN));
  const blank = () => ({ certain: new Float32Array(columns), most: new Float32Array(columns) });
  const found = Object.fromEntries(STANDINGS.map((standing) => [standing, blank()]));
  const at = (/** @type {number} */ x) => Math.floor((x - left) / COLUMN);
  for (const { span, statement } of marks) {
    const { certain, most } = found[statement.standing];
    const ends = bounded(span, scale);
    const open = span.se === null || span.el === null;
    const [first, last] = [span.se === null ? -1 : at(ends.left), span.el === null ? columns : at(ends.right)];
    // How vague a date is cannot be seen within a column: it is in the one that it begins in.
    const short = !open && ends.right - ends.left <= COLUMN;
    add(most, first, short ? first : last);
    if (short) add(certain, first, first);
    else if (!span.point && (span.sl ?? span.ee) !== null) core(certain, span, scale, at);
  }
  for (const { certain, most } of Object.values(found)) [certain, most].forEach(sum);
  return found;
}

/**
 * @param {Float32Array} certain @param {import("./layout.js").Span} span @param {TimeScale} scale
 * @param {(x: number) => number} at the column of a pixel
 */
function core(certain, { sl, ee }, scale, at) {
  const [begin, end] = [sl ?? ee ?? 0, ee ?? sl ?? 0];
  if (begin <= end) add(certain, at(scale.x(begin)), at(scale.x(end)));
}

/** @param {Float32Array} steps where the number changes @param {number} first @param {number} last columns */
function add(steps, first, last) {
  if (last < 0 || first >= steps.length) return;
  steps[Math.max(0, first)] += 1;
  if (last + 1 < steps.length) steps[last + 1] -= 1;
}

/** @param {Float32Array} steps becomes the number in each column */
function sum(steps) {
  for (let column = 1; column < steps.length; column += 1) steps[column] += steps[column - 1];
}

/** @param {Amounts} found @returns {number[]} how many are about the time of each column, at the most */
const totalsOf = (found) => [...found[STANDINGS[0]].most].map((_, column) => STANDINGS.reduce((sum, name) => sum + found[name].most[column], 0));

/** @param {Amounts} found @returns {number} how many columns have anything */
export const filled = (found) => totalsOf(found).filter((many) => many > 0).length;

/**
 * How many are about the time at a pixel: certainly, and at the most.
 * @param {Amounts} found @param {number} x @param {TimeScale} scale
 */
export function amountAt(found, x, scale) {
  const column = Math.floor((x - scale.range[0]) / COLUMN);
  const at = (/** @type {"certain" | "most"} */ part) => Object.values(found).reduce((sum, each) => sum + (each[part][column] ?? 0), 0);
  return { certain: at("certain"), most: at("most") };
}

/**
 * Draws the amounts as columns: from the foot the certain ones, above them, lighter, the possible ones.
 * @param {CanvasRenderingContext2D} ink @param {Amounts} found @param {TimeScale} scale
 * @param {{top: number, height: number, missing: boolean, colours: Record<string, string>}} how pixels; `missing`: there are more, which were not loaded
 */
export function drawCrowd(ink, found, scale, { top, height, missing, colours }) {
  const totals = totalsOf(found);
  const most = Math.max(1, ...totals);
  const unitOf = (/** @type {number} */ column) => Math.max(LEAST / totals[column], (height - 14) / most);
  const tops = totals.map(() => top + height);
  for (const [alpha, part] of /** @type {[number, "certain" | "most"][]} */ ([[0.8, "certain"], [0.3, "most"]])) {
    ink.globalAlpha = alpha;
    for (const standing of STANDINGS) {
      const amount = found[standing];
      const fill = (ink.fillStyle = fillOf(ink, standing, colours));
      const put = typeof fill === "string" ? "fillRect" : "rect"; // to fill each column with a pattern costs more than all at once
      ink.beginPath();
      for (let column = 0; column < totals.length; column += 1) {
        const many = part === "certain" ? amount.certain[column] : amount.most[column] - amount.certain[column];
        if (many <= 0) continue;
        const high = many * unitOf(column);
        tops[column] -= high;
        ink[put](scale.range[0] + column * COLUMN, tops[column], COLUMN, high);
      }
      ink.fill();
    }
  }
  ink.globalAlpha = 1;
  ink.fillStyle = colours.soft;
  ink.font = `12px ${colours.sans}`;
  ink.textAlign = "right";
  const many = most.toLocaleString("en");
  ink.fillText(missing ? `${many} or more at a time` : `up to ${many} at a time`, scale.range[1], top + 6);
  ink.textAlign = "left";
}

// @ts-check
/** Draws the axis: the ticks, and above them the day, month or year that they are part of. */

import { ticks } from "./ticks.js";

/** @typedef {import("./ticks.js").Tick} Tick */

/** Pixels that the axis takes above the lanes. */
export const AXIS = 40;

/**
 * @param {CanvasRenderingContext2D} ink @param {import("./scale.js").TimeScale} scale
 * @param {{width: number, height: number, gutter: number, palette: Record<string, string>}} how pixels
 */
export function drawAxis(ink, scale, { width, height, gutter, palette }) {
  const [left, right] = scale.range;
  const { fine, coarse } = ticks(scale.window(), right - left);
  const at = (/** @type {Tick} */ tick) => Math.round(scale.x(tick.at)) + 0.5;
  ink.fillStyle = palette.sheet;
  ink.fillRect(0, 0, width, AXIS);
  ink.strokeStyle = palette.line;
  ink.lineWidth = 1;
  const inside = (/** @type {number} */ x) => x >= gutter;
  lines(ink, fine.map(at).filter(inside), AXIS - 6, height, 0.6);
  lines(ink, coarse.map(at).filter(inside), 3, height, 1);
  ink.font = `12px ${palette.sans}`;
  ink.fillStyle = palette.soft;
  for (const tick of fine) {
    if (at(tick) >= gutter && at(tick) + 4 + ink.measureText(tick.text).width < width) ink.fillText(tick.text, at(tick) + 4, AXIS - 12);
  }
  ink.font = `600 12px ${palette.sans}`;
  ink.fillStyle = palette.ink;
  coarse.forEach((tick, index) => {
    const x = Math.max(at(tick), gutter) + 4;
    const next = coarse[index + 1] ? at(coarse[index + 1]) : width;
    const words = formsOf(tick.text).find((text) => x + ink.measureText(text).width + 4 < next);
    if (words) ink.fillText(words, x, 11);
  });
  ink.beginPath();
  ink.moveTo(0, AXIS - 0.5);
  ink.lineTo(width, AXIS - 0.5);
  ink.stroke();
}

/**
 * The name of a day, a month or a year, and shorter forms of it: with three letters of the month, and then without
 * the year, which stands beside the next name.
 * @param {string} text @returns {string[]}
 */
export function formsOf(text) {
  const short = text.replace(/[A-Z][a-z]{3,}/, (month) => month.slice(0, 3));
  return [text, short, short.replace(/(?<=[a-z]) \d+( BCE)?( UTC)?$/, "")];
}

/** @param {CanvasRenderingContext2D} ink @param {number[]} all pixels @param {number} top @param {number} bottom @param {number} alpha */
function lines(ink, all, top, bottom, alpha) {
  ink.globalAlpha = alpha;
  ink.beginPath();
  for (const x of all) {
    ink.moveTo(x, top);
    ink.lineTo(x, bottom);
  }
  ink.stroke();
  ink.globalAlpha = 1;
}

// @ts-check
/** Draws statements: the sign of the standing, the span of time, and the text. */

import { fitted, writeText } from "./fitted_text.js";
import { bounded, drawSpan, reach } from "./spans.js";

/** @typedef {import("./layout.js").Mark} Mark */
/** @typedef {import("./scale.js").TimeScale} TimeScale */
/** @typedef {Record<string, string>} Colours */

/**
 * The pixel of a mark's sign. It is where the time of the statement begins, at the first bound that is known. If the
 * time is narrow, it is in the middle; if the time began before the chart, at the chart's edge.
 * @param {Mark} mark @param {TimeScale} scale
 */
export function signAt({ span }, scale) {
  const { left, right } = bounded(span, scale);
  return Math.max(left + Math.min(3, (right - left) / 2), Math.min(scale.range[0], right));
}

/**
 * Whether what is known of a mark's time touches the window.
 * @param {Mark} mark @param {TimeScale} scale
 */
export const inSight = ({ span }, scale) => touches(bounded(span, scale), scale);

/**
 * Whether a mark may touch the window: in what is known of its time, or with an end that has no bound.
 * @param {Mark} mark @param {TimeScale} scale
 */
export const mayTouch = ({ span }, scale) => touches(reach(span, scale), scale);

/**
 * The middle of what is in sight of a mark's known time.
 * @param {Mark} mark one that is in sight @param {TimeScale} scale @returns {number} its pixel
 */
export function middleOf({ span }, scale) {
  const { left, right } = bounded(span, scale);
  return (Math.max(left, scale.range[0]) + Math.min(right, scale.range[1])) / 2;
}

/** @param {{left: number, right: number}} ends @param {TimeScale} scale */
const touches = ({ left, right }, { range }) => right >= range[0] && left <= range[1];

/** The least pixels for a text; where it has not twice as many beside its mark, but in it, it stands there. */
const LEAST = 60;
/** The opacity of marks beside the chosen one: as faint as a sign, or a text, can be and still be seen. */
const ASIDE = { sign: 0.65, text: 0.92 };

/**
 * @param {CanvasRenderingContext2D} ink @param {Mark} mark @param {TimeScale} scale
 * @param {number} y @param {{height: number, colours: Colours, label: boolean, chosen: boolean, aside: boolean}} how
 *   `aside`: another one is chosen
 */
export function drawMark(ink, mark, scale, y, { height, colours, label, chosen, aside }) {
  ink.globalAlpha = aside ? ASIDE.sign : 1;
  const { span, statement } = mark;
  const colour = colours[statement.standing];
  const { left, right } = reach(span, scale);
  ink.fillStyle = ink.strokeStyle = colour;
  drawSpan(ink, span, scale, y, height, colour);
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
  ink.globalAlpha = aside ? ASIDE.text : 1;
  if (label) write(ink, mark, { before: Math.min(x - 11, left - 5), after, inside: [inSight(mark, scale) ? x + 10 : left + 10, right - 6], y, scale, colours, chosen });
  ink.globalAlpha = 1;
}

/** @param {string[]} qualifiers */
function signs(qualifiers) {
  return (qualifiers.includes("approximate") ? "~" : "") + (qualifiers.includes("uncertain") ? "?" : "");
}

/**
 * @param {CanvasRenderingContext2D} ink @param {Mark} mark
 * @param {{before: number, after: number, inside: [number, number], y: number, scale: TimeScale, colours: Colours, chosen: boolean}} how
 *   pixels where a text may end before the mark, and begin after it; and where it stands in the mark if there is no room beside it
 */
function write(ink, { before: toLeft, alone, room: given, statement }, { before, after, inside, y, scale, colours, chosen }) {
  const [left, right] = scale.range;
  const beside = Math.min(toLeft ? before - left : right - after - 4, alone || (chosen && !toLeft) ? 560 : given);
  const [from, to] = [Math.max(left, inside[0]), Math.min(right, inside[1])];
  const within = beside < 2 * LEAST && to - from >= 2 * LEAST;
  const room = within ? Math.min(to - from, 560) : beside;
  if (room < LEAST) return;
  ink.font = `${chosen ? 600 : 400} 12.5px ${colours.serif}`;
  const words = fitted(ink, statement.text, room);
  ink.fillStyle = chosen || within ? colours.ink : colours.soft;
  ink.textAlign = toLeft && !within ? "right" : "left";
  writeText(ink, words, within ? from : toLeft ? before : after, y + 0.5, within ? colours.sheet : undefined);
  ink.textAlign = "left";
}

/**
 * Draws the sign of a standing around a point.
 * @param {CanvasRenderingContext2D} ink
 * @param {import("../state/statement").Standing} standing @param {number} x @param {number} y @param {number} r pixels
 * @param {string} paper the background's colour
 */
function drawSign(ink, standing, x, y, r, paper) {
  ink.beginPath();
  ink.setLineDash(standing === "superseded" ? [r * 0.6, r * 0.5] : []);
  if (standing === "disputed") {
    ink.moveTo(x, y - r * 1.15);
    ink.lineTo(x + r * 1.1, y + r * 0.85);
    ink.lineTo(x - r * 1.1, y + r * 0.85);
    ink.closePath();
    ink.fill();
  } else if (standing === "retracted") {
    ink.moveTo(x - r * 0.8, y - r * 0.8);
    ink.lineTo(x + r * 0.8, y + r * 0.8);
    ink.moveTo(x + r * 0.8, y - r * 0.8);
    ink.lineTo(x - r * 0.8, y + r * 0.8);
  } else {
    ink.arc(x, y, r * 0.9, 0, Math.PI * 2);
    if (standing !== "corroborated") {
      const filled = ink.fillStyle;
      ink.fillStyle = paper;
      ink.fill();
      ink.fillStyle = filled;
    } else ink.fill();
  }
  ink.stroke();
  ink.setLineDash([]);
}

// @ts-check
/** Draws the relations of a statement as arcs. */

import { signAt } from "./marks.js";

/** @typedef {import("./layout.js").Mark} Mark */
/** @typedef {import("./scale.js").TimeScale} TimeScale */

/** Pixels at the left end in which arcs would cross the names of lanes, if those are above the lanes. */
const NAMES = 60;
/** The signs of relations, so that nobody has to rely on the colour: on arcs of so many pixels or more, where they are not many. */
const SIGNS = /** @type {Record<string, string>} */ ({ disputes: "≠", supports: "+" });
const LONG = 60;
const MANY = 12;

/**
 * Draws the relations of the chosen statement: arcs from each statement to the one that it refers to.
 * @param {CanvasRenderingContext2D} ink @param {Mark} chosen @param {Map<string, Mark>} marks
 * @param {TimeScale} scale @param {(mark: Mark) => number} yOf @param {Record<string, string>} colours
 */
export function drawArcs(ink, chosen, marks, scale, yOf, colours) {
  const drawn = chosen.statement.relations.filter(({ statement }) => marks.has(statement));
  for (const { statement, relation, direction } of drawn) {
    const other = /** @type {Mark} */ (marks.get(statement));
    const [from, to] = direction === "out" ? [chosen, other] : [other, chosen];
    const [x1, y1, x2, y2] = [signAt(from, scale), yOf(from), signAt(to, scale), yOf(to)];
    const long = Math.hypot(x2 - x1, y2 - y1);
    const bend = Math.min(70, 18 + long / 5);
    const middle = (x1 + x2) / 2;
    // To the left, unless the lanes' names may stand there.
    const [cx, cy] = [middle - bend < scale.range[0] + NAMES ? middle + bend : middle - bend, (y1 + y2) / 2];
    ink.strokeStyle = ink.fillStyle = { disputes: colours.disputed, supports: colours.corroborated }[relation] ?? colours.soft;
    ink.lineWidth = drawn.length > MANY ? 0.75 : relation === "disputes" ? 2.25 : 1.5;
    ink.setLineDash(relation in SIGNS ? [] : [4, 3]);
    ink.beginPath();
    ink.moveTo(x1, y1);
    ink.quadraticCurveTo(cx, cy, x2, y2);
    ink.stroke();
    ink.setLineDash([]);
    head(ink, x2, y2, Math.atan2(y2 - cy, x2 - cx), relation);
    if (long >= LONG && drawn.length <= MANY && relation in SIGNS) badge(ink, SIGNS[relation], (x1 + 2 * cx + x2) / 4, (y1 + 2 * cy + y2) / 4, colours);
  }
}

/**
 * The end of an arc: a bar across it where the statement is disputed, otherwise an arrow.
 * @param {CanvasRenderingContext2D} ink @param {number} x @param {number} y @param {number} angle of the arc there @param {string} relation
 */
function head(ink, x, y, angle, relation) {
  const at = (/** @type {number} */ back, /** @type {number} */ turn) => /** @type {[number, number]} */ ([x - back * Math.cos(angle + turn), y - back * Math.sin(angle + turn)]);
  ink.beginPath();
  if (relation === "disputes") {
    ink.lineWidth = Math.max(1.5, ink.lineWidth);
    ink.moveTo(...at(11, -0.5));
    ink.lineTo(...at(11, 0.5));
    ink.stroke();
    return;
  }
  ink.moveTo(...at(7, 0));
  ink.lineTo(...at(15, -0.4));
  ink.lineTo(...at(15, 0.4));
  ink.closePath();
  ink.fill();
}

/**
 * A sign in a disc on the arc, in the arc's colour.
 * @param {CanvasRenderingContext2D} ink @param {string} sign @param {number} x @param {number} y @param {Record<string, string>} colours
 */
function badge(ink, sign, x, y, colours) {
  const colour = ink.fillStyle;
  ink.lineWidth = 1;
  ink.beginPath();
  ink.arc(x, y, 6.5, 0, Math.PI * 2);
  ink.fillStyle = colours.sheet;
  ink.fill();
  ink.stroke();
  ink.fillStyle = colour;
  ink.font = `700 11px ${colours.sans}`;
  ink.textAlign = "center";
  ink.fillText(sign, x, y + 0.5);
  ink.textAlign = "left";
}

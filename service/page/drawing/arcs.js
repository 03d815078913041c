// @ts-check
/** Draws the relations of a statement as arcs. */

import { signAt } from "./marks.js";

/** @typedef {import("./layout.js").Mark} Mark */
/** @typedef {import("./scale.js").TimeScale} TimeScale */

/** Pixels at the left end in which arcs would cross the names of lanes, where these stand above them. */
const NAMES = 60;
/** The signs of relations, so that nobody has to rely on the colour; and of more arcs, each is thin and has none. */
const SIGNS = /** @type {Record<string, string>} */ ({ disputes: "≠", supports: "+" });
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
    const bend = Math.min(70, 18 + Math.hypot(x2 - x1, y2 - y1) / 5);
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
    const angle = Math.atan2(y2 - cy, x2 - cx);
    ink.beginPath();
    ink.moveTo(x2 - 7 * Math.cos(angle), y2 - 7 * Math.sin(angle));
    ink.lineTo(x2 - 15 * Math.cos(angle - 0.4), y2 - 15 * Math.sin(angle - 0.4));
    ink.lineTo(x2 - 15 * Math.cos(angle + 0.4), y2 - 15 * Math.sin(angle + 0.4));
    ink.closePath();
    ink.fill();
    if (drawn.length <= MANY && relation in SIGNS) badge(ink, SIGNS[relation], (x1 + 2 * cx + x2) / 4, (y1 + 2 * cy + y2) / 4, colours);
  }
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

// @ts-check
/** Draws the relations of a statement as arcs. */

import { signAt } from "./marks.js";

/** @typedef {import("./layout.js").Mark} Mark */
/** @typedef {import("./scale.js").TimeScale} TimeScale */

/** Pixels at the left end in which arcs would cross the names of lanes, where these stand above them. */
const NAMES = 60;

/**
 * Draws the relations of the chosen statement: arcs from each statement to the one that it refers to.
 * @param {CanvasRenderingContext2D} ink @param {Mark} chosen @param {Map<string, Mark>} marks
 * @param {TimeScale} scale @param {(mark: Mark) => number} yOf @param {Record<string, string>} colours
 */
export function drawArcs(ink, chosen, marks, scale, yOf, colours) {
  for (const { statement, relation, direction } of chosen.statement.relations) {
    const other = marks.get(statement);
    if (!other) continue;
    const [from, to] = direction === "out" ? [chosen, other] : [other, chosen];
    const [x1, y1, x2, y2] = [signAt(from, scale), yOf(from), signAt(to, scale), yOf(to)];
    const bend = Math.min(70, 18 + Math.hypot(x2 - x1, y2 - y1) / 5);
    const middle = (x1 + x2) / 2;
    // To the left, unless the lanes' names may stand there.
    const [cx, cy] = [middle - bend < scale.range[0] + NAMES ? middle + bend : middle - bend, (y1 + y2) / 2];
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

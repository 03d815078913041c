// @ts-check
/** Draws the signs of the standings. */

/** @typedef {import("../state/statement").Standing} Standing */

/**
 * Draws the sign of a standing around a point.
 * @param {CanvasRenderingContext2D} ink
 * @param {Standing} standing @param {number} x @param {number} y @param {number} r pixels
 * @param {string} paper the background's colour
 */
export function drawSign(ink, standing, x, y, r, paper) {
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

// @ts-check
/** Patterns of areas: each standing has one, so that nobody has to rely on the colour. The legend has the same, as styles. */

/** @typedef {import("../state/statement").Standing} Standing */

/** Pixels after which a pattern repeats itself. */
const SIZE = 6;

/** Lines of each pattern within its tile, from point to point; dots are short ones. @type {Record<Standing, number[][]>} */
const LINES = {
  asserted: [],
  corroborated: [[1, 1.5, 2, 1.5], [4, 4.5, 5, 4.5]],
  disputed: [[-1, 7, 7, -1], [-1, 1, 1, -1], [5, 7, 7, 5]],
  superseded: [[0, 3, 6, 3]],
  retracted: [[-1, 7, 7, -1], [-1, -1, 7, 7]],
};

/** @type {Map<string, CanvasPattern>} */
const made = new Map();

/**
 * What areas of a standing are filled with.
 * @param {CanvasRenderingContext2D} ink @param {Standing} standing @param {Record<string, string>} colours
 * @returns {CanvasPattern | string}
 */
export function fillOf(ink, standing, colours) {
  if (LINES[standing].length === 0) return colours[standing];
  const sharp = ink.getTransform().a; // a tile of the canvas's own pixels is copied, and not interpolated
  const key = [standing, colours[standing], colours.sheet, sharp].join(" ");
  const known = made.get(key) ?? pattern(ink, LINES[standing], [colours[standing], colours.sheet], sharp);
  if (known) made.set(key, known);
  return known ?? colours[standing];
}

/** @param {CanvasRenderingContext2D} ink @param {number[][]} lines @param {string[]} colours of the ground and of the lines @param {number} sharp pixels of the canvas for each */
function pattern(ink, lines, [ground, line], sharp) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = Math.round(SIZE * sharp);
  const scale = tile.width / SIZE;
  const pen = tile.getContext("2d");
  if (!pen) return null;
  pen.scale(scale, scale);
  pen.fillStyle = ground;
  pen.fillRect(0, 0, SIZE, SIZE);
  pen.strokeStyle = line;
  pen.lineWidth = 1;
  for (const [fromX, fromY, toX, toY] of lines) {
    pen.beginPath();
    pen.moveTo(fromX, fromY);
    pen.lineTo(toX, toY);
    pen.stroke();
  }
  const found = ink.createPattern(tile, "repeat");
  found?.setTransform(new DOMMatrix().scale(1 / scale));
  return found;
}

// @ts-check
/** Texts in the chart: shortened to their room, and each in its own direction. */

const LETTER = /\p{L}/u;
/** Letters of scripts that are written from right to left. */
const LEFTWARD = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * Writes a text at a pixel, on the side that `textAlign` gives. As in elements with `dir=auto` its first letter gives
 * the direction, so that full stops and dots of omission stand at its end.
 * @param {CanvasRenderingContext2D} ink @param {string} text @param {number} x @param {number} y
 * @param {string} [ground] a colour around the letters, where something is drawn behind them that stays seen
 */
export function writeText(ink, text, x, y, ground) {
  ink.direction = LEFTWARD.test(LETTER.exec(text)?.[0] ?? "") ? "rtl" : "ltr";
  if (ground) {
    [ink.strokeStyle, ink.lineWidth, ink.lineJoin] = [ground, 3, "round"];
    ink.strokeText(text, x, y);
    ink.lineWidth = 1;
  }
  ink.fillText(text, x, y);
  ink.direction = "ltr";
}

/**
 * As much of a text as fits.
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

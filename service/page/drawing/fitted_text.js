// @ts-check
/** Shortens texts to the room that they have. */

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

// @ts-check
/** Draws counts as bars: how many statements begin in each bucket of time, in one lane or several. */

import { SIGNS, STANDINGS } from "../look/standing.js";
import { fillOf } from "../look/texture.js";

/**
 * A stretch of time, in seconds, and how many statements begin in it; `by`: the same number by standing.
 * @typedef {{from: number, to: number, count: number, by: Record<string, number>}} Bucket
 */
/** @typedef {{name: string, items: Bucket[]}} LaneCounts */
/**
 * `every`: how long a bucket is; `before`: how many statements of the window began before it; `lanes`: the same numbers by lane, once they have been asked for; `refused`: there would be too many buckets;
 * `ends`: without counts, how far the timeline reaches, if the buckets do not tell it.
 * @typedef {{every: string, items: Bucket[], before: number, lanes?: LaneCounts[], refused?: boolean,
 *   ends?: {from: number, to: number, count: number}[]}} Counted
 */

/** Pixels that the bars of a lane need. */
const LEAST = 22;

/**
 * The pixels that the lanes need; if there are fewer, not all lanes are in sight.
 * @param {Counted} counted @param {number} header pixels above the bars of each
 */
export const heightOf = ({ lanes = [] }, header) => Math.max(1, lanes.length) * (LEAST + header);

/**
 * Where each lane is drawn: all have the same height.
 * @param {Counted} counted @param {{top: number, bottom: number}} room pixels
 */
export function strips({ items, lanes = [] }, { top, bottom }) {
  const drawn = lanes.length ? lanes : [{ name: "", items }];
  const height = (bottom - top) / drawn.length;
  return drawn.map((lane, index) => ({ ...lane, top: top + index * height, height }));
}

/**
 * Draws all lanes to one scale, so that they can be compared.
 * @param {CanvasRenderingContext2D} ink @param {Counted} counted
 * @param {import("./scale.js").TimeScale} scale
 * @param {{top: number, bottom: number, header: number, colours: Record<string, string>}} how pixels
 */
export function drawDensity(ink, counted, scale, { top, bottom, header, colours }) {
  const [left, right] = scale.range;
  const lanes = strips(counted, { top, bottom }).map((lane) => ({
    ...lane,
    items: lane.items.filter((bucket) => scale.x(bucket.to) > left && scale.x(bucket.from) < right),
  }));
  const most = Math.max(1, ...lanes.flatMap(({ items }) => items.map((bucket) => bucket.count)));
  const air = Math.max(header, lanes.length > 1 ? 5 : 18);
  ink.font = `10px ${colours.sans}`;
  ink.textAlign = "center";
  for (const lane of lanes) {
    const unit = (lane.height - air) / most;
    for (const bucket of lane.items) drawBucket(ink, bucket, scale, { foot: lane.top + lane.height, unit, colours });
  }
  ink.globalAlpha = 1;
  ink.fillStyle = colours.soft;
  ink.font = `12px ${colours.sans}`;
  ink.textAlign = "right";
  ink.fillText(`up to ${most.toLocaleString("en")} a ${counted.every}`, right, top + 12);
  ink.textAlign = "left";
}

/** Pixels that a sign needs. */
const SIGN = 12;

/**
 * @param {CanvasRenderingContext2D} ink @param {Bucket} bucket
 * @param {import("./scale.js").TimeScale} scale
 * @param {{foot: number, unit: number, colours: Record<string, string>}} how pixels: the foot of the bar, and the height of one statement
 */
function drawBucket(ink, { from, to, by }, scale, { foot, unit, colours }) {
  const [left, right] = scale.range;
  const begin = Math.max(left, scale.x(from));
  const gap = scale.x(to) - scale.x(from) > 4 ? 1 : 0;
  const width = Math.max(1, Math.min(right, scale.x(to)) - begin - gap);
  let y = foot;
  for (const standing of STANDINGS) {
    const many = by[standing] ?? 0;
    const height = many ? Math.max(1, many * unit) : 0;
    ink.fillStyle = fillOf(ink, standing, colours);
    ink.globalAlpha = standing === "asserted" ? 0.55 : 0.9;
    ink.fillRect(begin, y - height, width, height);
    if (standing !== "asserted" && width >= SIGN && height >= SIGN) {
      // Where there is room, the sign of the standing, on a ground without lines.
      ink.globalAlpha = 1;
      ink.fillStyle = colours[standing];
      ink.fillRect(begin + (width - SIGN) / 2, y - (height + SIGN) / 2, SIGN, SIGN);
      ink.fillStyle = colours.sheet;
      ink.fillText(SIGNS[standing], begin + width / 2, y - height / 2);
    }
    y -= height;
  }
}

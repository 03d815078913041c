// @ts-check
/** Draws counts as bars: how many statements begin in each bucket of time, in one lane or several. */

import { SIGNS, STANDINGS } from "../look/standing.js";
import { fillOf } from "../look/texture.js";
import { OTHERS } from "./layout.js";

/**
 * A stretch of time, in seconds, and how many statements begin in it; `by`: the same number by standing.
 * @typedef {{from: number, to: number, count: number, by: Record<string, number>}} Bucket
 */
/**
 * A bar: `by`: those that certainly begin in it, by standing; `spread`: its share of those of which nobody knows in which
 * bucket they begin; `count`: both.
 * @typedef {Bucket & {spread: Record<string, number>}} Bar
 */
/**
 * `items`: by the earliest start of each; `vague`: those that may begin in a later bucket, by the time in which they may.
 * @typedef {{items: Bucket[], vague: Bucket[], bars: Bar[]}} Counts
 */
/** @typedef {{name: string} & Counts} LaneCounts */
/**
 * `every`: how long a bucket is; `before`: how many statements of the window began before it; `unbegun`: of how many it is open or unknown when they begin; `undated`: how many have no date; `lanes`: the same numbers by lane, once they have been asked for; `refused`: there would be too many buckets;
 * `ends`: without counts, how far the timeline reaches, if the buckets do not tell it; `open`: the time in which they end, if of none it is known when it begins.
 * @typedef {Counts & {every: string, before: number, unbegun: number, undated: number, lanes?: LaneCounts[], refused?: boolean,
 *   ends?: {from: number, to: number, count: number}[], open?: {from: number, to: number, count: number}[]}} Counted
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
export function strips({ bars, lanes = [] }, { top, bottom }) {
  const drawn = lanes.length ? lanes : [{ name: "", bars }];
  const height = (bottom - top) / drawn.length;
  return drawn.map((lane, index) => ({ ...lane, top: top + index * height, height }));
}

/**
 * Draws the named lanes to one scale, so that they can be compared. The lane of all others has a scale of its own,
 * since at its scale nothing would be left of the named ones. Both scales are written.
 * @param {CanvasRenderingContext2D} ink @param {Counted} counted
 * @param {import("./scale.js").TimeScale} scale
 * @param {{top: number, bottom: number, header: number, colours: Record<string, string>}} how pixels
 */
export function drawDensity(ink, counted, scale, { top, bottom, header, colours }) {
  const [left, right] = scale.range;
  const [from, to] = scale.window();
  const lanes = strips(counted, { top, bottom }).map((lane) => ({ ...lane, bars: lane.bars.filter((bar) => bar.to > from && bar.from < to) }));
  const air = Math.max(header, lanes.length > 1 ? 5 : 18);
  const groups = [lanes.filter(({ name }) => name !== OTHERS), lanes.filter(({ name }) => name === OTHERS)].filter((group) => group.length > 0);
  for (const group of groups) {
    if (group.every(({ bars }) => bars.length === 0)) continue;
    const most = Math.max(1, ...group.flatMap(({ bars }) => bars.map(({ count }) => count)));
    ink.font = `10px ${colours.sans}`;
    ink.textAlign = "center";
    for (const lane of group) drawBars(ink, lane.bars, scale, { foot: lane.top + lane.height, unit: (lane.height - air) / most, colours });
    ink.font = `12px ${colours.sans}`;
    ink.textAlign = "right";
    const each = groups.length > 1 && group.length > 1 ? "each up to" : "up to";
    label(ink, `${each} ${Math.ceil(most).toLocaleString("en")} a ${counted.every}`, right, group[0].top + (header ? 10 : 12), colours);
    ink.textAlign = "left";
  }
}

/** @param {CanvasRenderingContext2D} ink @param {string} text @param {number} right @param {number} y @param {Record<string, string>} colours writes on a ground of its own, since bars may be there */
export function label(ink, text, right, y, colours) {
  const { width } = ink.measureText(text);
  ink.globalAlpha = 0.8;
  ink.fillStyle = colours.sheet;
  ink.fillRect(right - width - 3, y - 7, width + 6, 14);
  ink.globalAlpha = 1;
  ink.fillStyle = colours.soft;
  ink.fillText(text, right, y);
}

/** Pixels that a sign needs. */
const SIGN = 12;

/**
 * From the foot those that certainly begin in each, above them, lighter, those that may.
 * @param {CanvasRenderingContext2D} ink @param {Bar[]} bars in sight
 * @param {import("./scale.js").TimeScale} scale
 * @param {{foot: number, unit: number, colours: Record<string, string>}} how pixels: the foot of the bars, and the height of one statement
 */
function drawBars(ink, bars, scale, { foot, unit, colours }) {
  const [left, right] = scale.range;
  const edges = bars.map(({ from, to }) => {
    const [first, last] = [scale.x(from), scale.x(to)];
    const begin = Math.max(left, first);
    return [begin, Math.max(1, Math.min(right, last) - begin - (last - first > 4 ? 1 : 0))];
  });
  const tops = bars.map(() => foot);
  /** @type {[string, number, number][]} */
  const signs = [];
  for (const [alpha, part] of /** @type {[number, "by" | "spread"][]} */ ([[0.8, "by"], [0.3, "spread"]])) {
    ink.globalAlpha = alpha;
    for (const standing of STANDINGS) {
      const fill = (ink.fillStyle = fillOf(ink, standing, colours));
      const put = typeof fill === "string" ? "fillRect" : "rect"; // to fill each bar with a pattern costs more than all at once
      ink.beginPath();
      bars.forEach((bar, at) => {
        const many = bar[part][standing] ?? 0;
        if (many <= 0) return;
        const [begin, width] = edges[at];
        const height = Math.max(part === "by" ? 1 : 0, many * unit);
        ink[put](begin, tops[at] - height, width, height);
        tops[at] -= height;
        if (part === "by" && standing !== "asserted" && width >= SIGN && height >= SIGN) signs.push([standing, begin + width / 2, tops[at] + height / 2]);
      });
      ink.fill();
    }
  }
  ink.globalAlpha = 1;
  for (const [standing, x, y] of signs) {
    // Where there is room, the sign of the standing, on a ground without lines.
    ink.fillStyle = colours[standing];
    ink.fillRect(x - SIGN / 2, y - SIGN / 2, SIGN, SIGN);
    ink.fillStyle = colours.sheet;
    ink.fillText(SIGNS[/** @type {import("../state/statement").Standing} */ (standing)], x, y);
  }
}

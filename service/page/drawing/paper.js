// @ts-check
/** Draws the whole chart once: axis, lanes, statements or counts, arcs, and the window being chosen. */

import { STANDINGS } from "../look/standing.js";
import { drawArcs } from "./arcs.js";
import { AXIS, drawAxis } from "./axis.js";
import { amounts, drawCrowd } from "./crowds.js";
import { drawDensity, heightOf, strips } from "./density.js";
import { fitted, writeText } from "./fitted_text.js";
import { drawMark, mayTouch } from "./marks.js";
import { reach } from "./spans.js";

/**
 * What a picture shows. `far`: bars of counts in place of statements; `choosing`: pixels of the window
 * that the reader is drawing; `hovered`: the id of the statement under the pointer; `gutter`: pixels before
 * the lanes, for their names; `missing`: how many more may be about the window, which were not loaded.
 * @typedef {{scale: import("./scale.js").TimeScale, plan: import("./layout.js").Layout,
 *   density: import("./density.js").Counted, far: boolean, choosing: [number, number] | null,
 *   hovered: string, gutter: number, missing: number}} Shown
 */

/** @returns {Record<string, string>} the document's colours and fonts */
function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  const wanted = [...STANDINGS, "ink", "soft", "line", "sheet", "faint", "accent", "serif", "sans"];
  return Object.fromEntries(wanted.map((name) => [name, read(name)]));
}

const measure = document.createElement("canvas").getContext("2d");

/**
 * The width, in pixels, of the column for the names of lanes: that of the longest name, within limits. It is 0 in a
 * narrow chart, where each name is above its lane.
 * @param {Set<string>} lanes @param {number} width of the chart
 */
export function gutterFor(lanes, width) {
  if (width < 620 || !measure) return 0;
  measure.font = `600 12px ${getComputedStyle(document.documentElement).getPropertyValue("--sans")}`;
  const longest = Math.max(0, ...[...lanes].slice(0, 200).map((name) => measure.measureText(name).width));
  return Math.min(longest + 34, 260, width / 4);
}

/** @param {Shown} shown @returns {number} pixels above the rows of each lane, for its name where there is no column for it */
export const headerOf = ({ gutter }) => (gutter ? 0 : 15);

/** @param {Shown} shown @returns {number} pixels of all that it shows, in sight or not */
export const wholeHeight = (shown) => (shown.far ? AXIS + heightOf(shown.density, headerOf(shown)) : shown.plan.height);

/**
 * @param {HTMLCanvasElement} canvas @param {{clientWidth: number, clientHeight: number, scrollTop: number}} frame
 * @param {Shown} shown @param {string} chosen the id of the statement in the detail
 * @param {number} [sharp] pixels of the canvas for each
 */
export function paint(canvas, frame, shown, chosen, sharp = devicePixelRatio || 1) {
  const { clientWidth: width, clientHeight: height, scrollTop } = frame;
  if (canvas.width !== Math.round(width * sharp)) canvas.width = Math.round(width * sharp);
  if (canvas.height !== Math.round(height * sharp)) canvas.height = Math.round(height * sharp);
  const ink = canvas.getContext("2d");
  if (!ink) return;
  const palette = colours();
  ink.setTransform(sharp, 0, 0, sharp, 0, 0);
  ink.fillStyle = palette.sheet;
  ink.fillRect(0, 0, width, height);
  ink.textBaseline = "middle";
  ink.textAlign = "left";
  const paper = { ink, width, height, scrollTop, palette, shown };
  const room = { top: AXIS - scrollTop, bottom: Math.max(height, wholeHeight(shown)) - scrollTop, header: headerOf(shown) };
  const drawn = shown.far ? strips(shown.density, room) : shown.plan.lanes;
  bands(paper, drawn);
  drawAxis(ink, shown.scale, { width, height, gutter: shown.gutter, palette });
  names(paper, drawn);
  inside(paper, () => {
    if (shown.far) drawDensity(ink, shown.density, shown.scale, { ...room, colours: palette });
    else {
      crowds(paper);
      marks(paper, chosen);
    }
  });
  window(paper);
}

/** @typedef {{ink: CanvasRenderingContext2D, width: number, height: number, scrollTop: number,
 *   palette: Record<string, string>, shown: Shown}} Paper */

/** @param {Paper} paper @param {() => void} act may draw, but not over the axis and the names of lanes */
function inside({ ink, width, height, shown }, act) {
  ink.save();
  ink.beginPath();
  ink.rect(shown.gutter, AXIS, width - shown.gutter, height - AXIS);
  ink.clip();
  act();
  ink.restore();
}

/** @typedef {{name: string, top: number, height: number, crowd?: import("./layout.js").Lane["crowd"]}} Lane */

/** @param {Paper} paper @param {Lane[]} drawn every second lane has a ground of its own */
function bands({ ink, width, scrollTop, palette, shown }, drawn) {
  drawn.forEach((lane, index) => ground(ink, palette, index, [0, lane.top - (shown.far ? 0 : scrollTop), width, lane.height]));
}

/** @param {CanvasRenderingContext2D} ink @param {Record<string, string>} palette @param {number} index of the lane @param {[number, number, number, number]} place pixels */
function ground(ink, palette, index, place) {
  ink.fillStyle = palette.sheet;
  ink.fillRect(...place);
  if (index % 2 === 0) return;
  ink.fillStyle = palette.faint;
  ink.globalAlpha = 0.55;
  ink.fillRect(...place);
  ink.globalAlpha = 1;
}

/** @param {Paper} paper @param {Lane[]} drawn their names; above the lane, no line of the axis goes through one */
function names({ ink, width, height, scrollTop, palette, shown }, drawn) {
  ink.save();
  ink.beginPath();
  ink.rect(0, AXIS, width, height - AXIS);
  ink.clip();
  ink.font = `600 12px ${palette.sans}`;
  drawn.forEach((lane, index) => {
    const top = lane.top - (shown.far ? 0 : scrollTop);
    if (top > height || top + lane.height < 0) return;
    const y = shown.gutter ? top + Math.min(lane.height, 29) / 2 : top + 10;
    const stays = shown.gutter ? Math.min(Math.max(y, AXIS + 12), top + lane.height - 10) : y;
    const name = fitted(ink, lane.name, (shown.gutter || width) - 26);
    const long = ink.measureText(name).width;
    if (!shown.gutter) ground(ink, palette, index, [12, stays - 8, long + 8, 16]);
    ink.fillStyle = palette.ink;
    writeText(ink, name, 16, stays);
    const many = lane.crowd?.marks.filter((mark) => mayTouch(mark, shown.scale)).length ?? 0;
    if (lane.crowd) tally(ink, `${many.toLocaleString("en")} counted`, shown.gutter ? [16, stays + 16] : [24 + long, stays], palette);
  });
  ink.restore();
}

/** @param {CanvasRenderingContext2D} ink @param {string} text what a lane says beside its name @param {[number, number]} place pixels @param {Record<string, string>} palette */
function tally(ink, text, [x, y], palette) {
  ink.save();
  ink.font = `400 11px ${palette.sans}`;
  ink.fillStyle = palette.soft;
  ink.fillText(text, x, y);
  ink.restore();
}

/** @param {Paper} paper draws the lanes that are counted */
function crowds({ ink, height, scrollTop, palette, shown }) {
  for (const { crowd } of shown.plan.lanes) {
    const top = crowd ? crowd.top - scrollTop : height;
    if (crowd && top < height && top + crowd.height > 0) {
      drawCrowd(ink, amounts(crowd.marks, shown.scale), shown.scale, { top, height: crowd.height, missing: shown.missing > 0, colours: palette });
    }
  }
}

/** @param {Paper} paper @param {string} chosen */
function marks({ ink, width, height, scrollTop, palette, shown }, chosen) {
  const { plan, scale, hovered } = shown;
  // What several said together has a mark in the lane of each; its arcs begin at the first.
  const all = new Map(plan.marks.map((mark) => /** @type {[string, typeof mark]} */ ([mark.statement.id, mark])).reverse());
  const focus = all.get(chosen);
  const near = new Set(focus?.statement.relations.map(({ statement }) => statement));
  const yOf = (/** @type {import("./layout.js").Mark} */ mark) => mark.y - scrollTop;
  const thick = Math.max(3, Math.min(10, plan.row - 4));
  for (const mark of plan.marks) {
    const y = yOf(mark);
    if (y < 0 || y > height + plan.row) continue;
    const { left, right } = reach(mark.span, scale);
    if (right < shown.gutter - 300 || left > width + 20) continue;
    const { id } = mark.statement;
    const own = id === chosen || id === hovered;
    if (!mark.drawn && !own && !near.has(id)) continue;
    const aside = focus !== undefined && !own && !near.has(id);
    drawMark(ink, mark, scale, y, { height: thick, colours: palette, label: plan.labelled, chosen: own, aside });
  }
  if (focus) drawArcs(ink, focus, all, scale, yOf, palette);
}

/** @param {Paper} paper draws the window that the reader is choosing */
function window({ ink, height, palette, shown }) {
  if (!shown.choosing) return;
  const [from, to] = shown.choosing;
  ink.fillStyle = ink.strokeStyle = palette.accent;
  ink.globalAlpha = 0.18;
  ink.fillRect(Math.min(from, to), 0, Math.abs(to - from), height);
  ink.globalAlpha = 1;
  ink.strokeRect(Math.min(from, to) + 0.5, 0.5, Math.abs(to - from), height - 1);
}

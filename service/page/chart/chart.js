// @ts-check
/** The chart: loads what it shows, for the whole timeline or the window in sight, and arranges it. */

import { AXIS } from "../drawing/axis.js";
import { layout } from "../drawing/layout.js";
import { gutterFor, headerOf, wholeHeight } from "../drawing/paper.js";
import { byId, make } from "../look/element.js";
import { Pause } from "../look/pause.js";
import { SIGNS, STANDING_WORDS, STANDINGS } from "../look/standing.js";
import * as address from "../state/address.js";
import { Problem } from "../state/api.js";
import { loadNames } from "../state/names.js";
import { read } from "../state/reading.js";
import { record } from "../state/record.js";
import { plainBounds } from "../words/plain_date.js";
import * as reveal from "./reveal.js";
import * as caption from "./caption.js";
import { closer, isFineEnough, survey, timesOf, UNCOUNTED, within } from "./counts.js";
import * as edges from "./edges.js";
import { neededByMost, reachOf, stretchesOf, withRoom } from "./fit.js";
import { hear, startsMoving } from "./gestures.js";
import { inOrder, laneName, lanesOf } from "./lane.js";
import { divided } from "./lane_counts.js";
import * as movement from "./movement.js";
import { areFew, inWindow } from "./window_statements.js";
import { BESIDE, canvas, draw, frame, shown } from "./view.js";

/** @typedef {import("./fit.js").Stretch} Stretch */
/** @typedef {import("./counts.js").Reaching} Reaching */

const space = byId("chart-space");
/** @type {import("./window_statements.js").Near | null} the statements in sight, if not all are loaded; null if there are too many */
let near = null;
let counting = 0;
/** Settles when the counts of the last question are there, or have failed. */
let surveying = Promise.resolve();
/** Whether there was a statement with a date: until then there is no time to draw. */
let timed = false;
/** The last question, without the moment. */
let asked = "";
const pause = new Pause();
/** The most times that a window is shortened, until it has few enough statements to draw the chosen one. */
const TURNS = 4;

/** @param {(id: string, how: {keyboard: boolean}) => void} choose */
export function start(choose) {
  byId("legend").append(...STANDINGS.map((standing) =>
    make("li", { "data-standing": standing }, make("span", { class: "standing", text: SIGNS[standing] }), make("i", { class: "area" }), ` ${STANDING_WORDS[standing]}`)));
  for (const name of ["on", "lanes"]) {
    for (const box of document.getElementsByName(name)) {
      box.addEventListener("change", () => {
        const { value } = /** @type {HTMLInputElement} */ (box);
        address.go({ [name]: value === "occurred" || value === "actor" ? null : value });
      });
    }
  }
  movement.start(startsMoving, moved);
  edges.start();
  caption.start();
  hear(choose);
  byId("zoom-in").addEventListener("click", () => movement.zoomBy(2));
  byId("zoom-out").addEventListener("click", () => movement.zoomBy(0.5));
  byId("zoom-fit").addEventListener("click", movement.goHome);
  byId("each-tool").addEventListener("click", () => {
    shown.each = !shown.each;
    arrange(true);
  });
  new ResizeObserver(() => arrange()).observe(frame);
  frame.addEventListener("scroll", draw);
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(min-resolution: 1.5dppx)"]) {
    matchMedia(query).addEventListener("change", draw);
  }
}

/**
 * Shows the statements that are loaded, or counts if there are too many.
 * @param {Reaching} timeline as of the moment that is shown @param {Reaching} now the same timeline now
 * @param {{fit?: boolean}} how `fit`: the chart may change its height, which moves what is below it
 */
export async function show(timeline, now, { fit = true } = {}) {
  const mine = ++counting;
  check();
  const counts = Promise.all([record.whole ? UNCOUNTED : survey(address.clock(), timeline), loadNames()]);
  surveying = counts.then(() => {}, () => {});
  const [counted] = await counts;
  if (mine !== counting) return;
  shown.all = shown.most = shown.density = counted;
  near = null;
  const question = address.question();
  question.delete("as_of");
  const other = `${address.clock()} ${question}` !== asked;
  asked = `${address.clock()} ${question}`;
  const given = record.whole ? stretchesOf(record.items, address.clock()) : [...timesOf(counted), ...(counted.ends ?? []), ...(counted.open ?? [])];
  place(given, other, reachOf(timeline) ?? reachOf(now));
  arrange(fit);
  await caption.point(timeline, counted.before > 0 || given.some(({ count }) => count > 0));
  if (!record.whole) await look();
  if (other) await select();
}

/** Checks the buttons of clock and lanes by the address. */
function check() {
  for (const name of ["on", "lanes"]) {
    const boxes = /** @type {HTMLInputElement[]} */ ([...document.getElementsByName(name)]);
    const chosen = boxes.find(({ value }) => value === address.one(name)) ?? boxes[0]; // which is what another value draws
    chosen.checked = true;
  }
}

/**
 * Chooses the window: the one in the address, or what most statements need. What the reader went to stays, even if the
 * question is another, as long as there is something in it; and so does what is shown while statements arrive. Who went to
 * all goes to all of the next question.
 * @param {Stretch[]} given @param {boolean} other whether the question is another
 * @param {[number, number] | null} reach seconds of what the timeline is about
 */
function place(given, other, reach) {
  const most = neededByMost(given);
  const window = address.windowNames().some((name) => address.one(name));
  // If nothing is found, the window stays, since an empty answer gives no other.
  const found = most ? withRoom(most) : timed ? shown.scale.window() : reach && withRoom(reach);
  timed = timed || found !== null;
  frame.classList.toggle("nothing", !timed && !window);
  const now = Date.now() / 1000;
  const fit = own(found ?? [now - 2_592_000, now]);
  const ends = given.flatMap(({ from, to }) => [from, to]);
  const [first, last] = ends.reduce(([low, high], end) => [Math.min(low, end), Math.max(high, end)], fit);
  movement.setBounds(fit, withRoom([first, last]));
  const [from, to] = shown.scale.window();
  const empty = !given.some((each) => each.count > 0 && each.to >= from && each.from <= to);
  if (other && most && !window && movement.isAll()) movement.showAll();
  else if (other ? empty || window || movement.isFitted() : empty && movement.isFitted()) movement.showFit();
}

/** @param {[number, number]} otherwise seconds @returns {[number, number]} the window in the address, as far as it has one */
function own(otherwise) {
  const [from, to] = address.windowNames().map((name) => plainBounds(address.one(name)));
  const window = /** @type {[number, number]} */ ([from ? from[0] : otherwise[0], to ? to[1] : otherwise[1]]);
  return window[0] < window[1] ? window : otherwise;
}

/**
 * Counts by lane, while the counts of all lanes together are shown. If that fails, they stay: the next
 * request will report that the service is away.
 * @param {import("../drawing/density.js").Counted} whole @param {URLSearchParams} question what is counted
 */
async function divide(whole, question) {
  const mine = counting;
  try {
    const found = await divided(whole, address.one("lanes", "actor"), question, address.clock());
    if (mine !== counting) return;
    const lanes = found.map((lane) => ({ ...lane, name: laneName(lane.name) }));
    const places = inOrder(lanes.flatMap(({ name }) => (name === "others" ? [] : [name])));
    const at = (/** @type {{name: string}} */ { name }) => (places.includes(name) ? places.indexOf(name) : Infinity);
    shown.density = { ...whole, lanes: lanes.sort((a, b) => at(a) - at(b) || 0) };
    arrange();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

/**
 * Places everything, and draws it.
 * @param {boolean} [fit] whether the chart may change its height
 */
export function arrange(fit = false) {
  const { clientWidth: width } = frame;
  if (width === 0 || asked === "" || shown.printing) return;
  shown.known = true;
  lay(width);
  if (fit) frame.style.height = shown.far ? "" : `${Math.max(140, shown.plan.height + 6)}px`;
  const height = frame.clientHeight;
  space.style.height = `${Math.max(height, wholeHeight(shown))}px`;
  canvas.style.height = `${height}px`;
  caption.show();
  draw();
}

/** @param {number} width pixels of the chart that everything is placed in */
export function lay(width) {
  const items = record.whole ? record.items : (near?.items ?? []);
  shown.far = !record.whole && near === null;
  shown.missing = record.whole ? 0 : (near?.missing ?? 0);
  const lanes = shown.far ? (shown.density.lanes ?? []).map(({ name }) => name) : items.flatMap(lanesOf);
  shown.gutter = gutterFor(new Set(lanes), width);
  movement.resize([shown.gutter + 8, width - BESIDE], frame.clientHeight);
  // If all statements are loaded, each stays in its row while the reader zooms.
  const { base, current: now } = shown.scale;
  const scales = { steady: record.whole ? base : now, now };
  const room = { top: AXIS, header: headerOf(shown), left: shown.gutter, width };
  shown.plan = layout(items, address.clock(), lanesOf, scales, room, inOrder, shown);
}

/** Called when the chart shows another window. */
function moved() {
  caption.nameHome();
  pause.after(160, () => {
    if (!record.whole) return read(look);
    if (shown.plan.crowded) arrange();
    reveal.scrollTo();
  });
  draw();
}

/** Waits for the question that is asked last: what is in sight is looked at as a part of its answer. */
async function surveyed() {
  for (let last = null; last !== surveying; ) await (last = surveying);
}

/** Loads what is in sight, if not all is loaded: the statements if they are few enough, otherwise counts. */
async function look() {
  await surveyed();
  const mine = ++counting;
  const window = shown.scale.window();
  const enough = isFineEnough(shown.all, window);
  const counted = enough ? shown.all : await closer(window, address.clock());
  const uncounted = counted === UNCOUNTED || counted.refused;
  const found = !uncounted && (await areFew(counted, window, address.clock())) ? await inWindow(window, address.clock()) : null;
  const chosen = found && (await reveal.chosen());
  if (mine !== counting) return;
  if (found && chosen && !found.items.some(({ id }) => id === chosen.id)) found.items.push(chosen);
  if (counted.bars.length || uncounted) shown.density = counted;
  if (counted.bars.length && movement.isFitted()) shown.most = counted;
  near = found;
  arrange();
  const question = enough ? address.question() : within(window, address.clock());
  await Promise.all([edges.look(window), shown.far && counted.items.length ? divide(counted, question) : null]);
}

/** Brings the statement in the detail into sight, and draws it as chosen. */
export async function select() {
  const statement = await reveal.chosen();
  for (let turn = 0; statement && turn < TURNS; turn += 1) {
    const window = reveal.windowFor(statement);
    if (!window) break;
    movement.showWindow(window);
    if (record.whole) break;
    await look();
  }
  if (statement && shown.plan.crowded) arrange();
  if (statement) reveal.scrollTo(statement.id);
  draw();
}

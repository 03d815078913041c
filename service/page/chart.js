// @ts-check
/** The chart: what it shows, of which window, and what the reader does with it. */

import * as address from "./address.js";
import { ask, below, Problem } from "./api.js";
import { hear } from "./chart_gestures.js";
import { between, closer, survey, within } from "./chart_density.js";
import { divided } from "./chart_lanes.js";
import { extent, layout, NOTHING, spanOf } from "./chart_layout.js";
import { inWindow } from "./chart_near.js";
import { gutterFor, paint } from "./chart_paper.js";
import { TimeScale } from "./chart_scale.js";
import { select as pick, zoom, zoomIdentity } from "./d3.js";
import { byId, make } from "./element.js";
import { secondsOf } from "./instant.js";
import { record, WHOLE } from "./record.js";
import { SIGNS, STANDINGS } from "./standing.js";

/** @typedef {import("./statement").Statement} Statement */

const canvas = byId("chart");
const frame = byId("chart-frame");
const space = byId("chart-space");
const DAY = 86_400;
const AXIS = 26;

/** What is drawn; `chart_paper.js` reads it, `chart_gestures.js` points into it. */
export const shown = {
  scale: new TimeScale([0, 1], [0, 1]),
  /** @type {import("./chart_layout.js").Layout} */
  plan: { marks: [], lanes: [], height: 0, row: 20, labelled: false, undated: 0 },
  /** @type {import("./chart_density.js").Counted} */
  density: { every: "year", items: [] },
  /** Whether bars of counts are drawn in place of statements. */
  far: false,
  /** @type {[number, number] | null} pixels of the window that is being drawn */
  choosing: null,
  hovered: "",
  axis: AXIS,
  gutter: 0,
};
/** @type {Map<string, string>} spelling to the name of who owns it */
let names = new Map();
/** @type {Statement[] | null} those in sight, where not all are loaded; null while they are too many */
let near = null;
let transform = zoomIdentity;
/** @type {[number, number] | null} seconds; null until something was asked for */
let domain = null;
let counting = 0;
const zooming = zoom().on("zoom", moved);

/** @returns {"occurred" | "said"} */
const clock = () => (address.one("on") === "said" ? "said" : "occurred");

/** @param {(id: string, how: {keyboard: boolean}) => void} choose */
export function start(choose) {
  byId("legend").append(...STANDINGS.map((standing) =>
    make("li", { "data-standing": standing }, make("span", { class: "standing", text: SIGNS[standing] }), ` ${standing}`)));
  for (const name of ["on", "lanes"]) {
    for (const box of document.getElementsByName(name)) {
      box.addEventListener("change", () => {
        const { value } = /** @type {HTMLInputElement} */ (box);
        address.go({ [name]: value === "occurred" || value === "actor" ? null : value });
      });
    }
  }
  const surface = pick(canvas);
  surface.call(zooming).on("dblclick.zoom", null);
  hear(canvas, { choose, zooming, surface });
  byId("zoom-in").addEventListener("click", () => zooming.scaleBy(surface, 2));
  byId("zoom-out").addEventListener("click", () => zooming.scaleBy(surface, 0.5));
  byId("zoom-fit").addEventListener("click", () => zooming.transform(surface, zoomIdentity));
  new ResizeObserver(() => arrange()).observe(frame);
  frame.addEventListener("scroll", draw);
  for (const query of ["(prefers-color-scheme: dark)", "(min-resolution: 1.5dppx)"]) {
    matchMedia(query).addEventListener("change", draw);
  }
}

/**
 * Shows what the record has now.
 * @param {{fit?: boolean}} how `fit` false: it keeps its height, and so moves nothing below it
 */
export async function show({ fit = true } = {}) {
  const mine = ++counting;
  for (const name of ["on", "lanes"]) {
    const wanted = address.one(name, name === "on" ? "occurred" : "actor");
    for (const box of document.getElementsByName(name)) {
      const input = /** @type {HTMLInputElement} */ (box);
      input.checked = input.value === wanted;
    }
  }
  const query = address.moment();
  const [actors, whole] = await Promise.all([
    ask(below("/actors"), { ...query, limit: "500" }),
    record.whole ? null : ask(below(""), query),
  ]);
  if (mine !== counting) return;
  names = new Map(actors.body.items.flatMap((/** @type {any} */ actor) =>
    [actor.id, actor.name, ...actor.aliases].map((spelling) => [key(spelling), actor.name])));
  const dated = record.items.flatMap((item) => extent(spanOf(item, clock()) ?? NOTHING) ?? []);
  const counted = record.whole ? { every: "year", items: [] } : await survey(clock());
  if (mine !== counting) return;
  const ends = counted.items.flatMap(({ from, to }) => [from, to]);
  const last = whole && clock() === "occurred" ? secondsOf(whole.body.last) : null;
  domain = around([...dated, ...ends, ...(last === null ? [] : [last])]);
  shown.density = counted;
  near = null;
  if (record.whole || transform.k === 1) {
    arrange(fit);
    if (!record.whole) divide(counted, address.question());
  } else await look();
}

/**
 * Counts by lanes too. The whole is shown meanwhile, and stays where that cannot be had: what is
 * asked next tells the reader that the service is away.
 * @param {import("./chart_density.js").Counted} whole @param {URLSearchParams} question
 */
async function divide(whole, question) {
  const mine = counting;
  try {
    const lanes = await divided(whole, address.one("lanes", "actor"), question, clock());
    if (mine !== counting) return;
    shown.density = { ...whole, lanes };
    arrange();
  } catch (error) {
    if (!(error instanceof Problem || error instanceof TypeError)) throw error;
  }
}

/** @param {number[]} edges seconds @returns {[number, number]} with room at both ends */
function around(edges) {
  if (edges.length === 0) return [Date.now() / 1000 - 30 * DAY, Date.now() / 1000];
  const [from, to] = edges.reduce(([low, high], edge) => [Math.min(low, edge), Math.max(high, edge)], [Infinity, -Infinity]);
  const air = Math.max(DAY, (to - from) * 0.06);
  return [from - air, to + air * 1.5];
}

/** @param {string} spelling */
const key = (spelling) => spelling.normalize("NFC").toLowerCase();

/** @param {Statement} statement */
function laneOf(statement) {
  const by = address.one("lanes", "actor");
  if (by === "kind") return statement.kind;
  if (by === "source") return statement.sources[0]?.title ?? "unsourced";
  return names.get(key(statement.said.by)) ?? statement.said.by;
}

/**
 * Everything in its place.
 * @param {boolean} [fit] the chart takes the height that it needs
 */
function arrange(fit = false) {
  const { clientWidth: width } = frame;
  if (width === 0 || domain === null) return;
  const items = record.whole ? record.items : (near ?? []);
  const far = !record.whole && near === null;
  const lanes = far ? (shown.density.lanes ?? []).map(({ name }) => name) : items.map(laneOf);
  shown.gutter = gutterFor(new Set(lanes), width);
  const scale = new TimeScale(domain, [shown.gutter + 6, width - 10]);
  const room = { top: AXIS, header: shown.gutter ? 0 : 15, left: shown.gutter, width };
  scale.apply(transform);
  // Rows of what is loaded whole stay as they are while one zooms.
  const x = record.whole ? scale.base : scale.current;
  shown.plan = layout(items, clock(), laneOf, x, room);
  shown.scale = scale;
  shown.far = far;
  if (fit) frame.style.height = shown.far ? "" : `${Math.max(140, shown.plan.height + 6)}px`;
  const height = frame.clientHeight;
  zooming.scaleExtent([1, scale.deepest()]).extent([[scale.range[0], 0], [scale.range[1], height]])
    .translateExtent([[scale.range[0], -Infinity], [scale.range[1], Infinity]]);
  space.style.height = `${shown.far ? height : Math.max(height, shown.plan.height)}px`;
  canvas.style.height = `${height}px`;
  note();
  draw();
}

function note() {
  const { undated } = shown.plan;
  const told = [];
  if (shown.far) told.push(shown.density.items.length ? "counted: zoom in" : "over a thousand years: zoom in");
  else if (undated) told.push(`${undated} undated: list only`);
  byId("chart-note").textContent = told.join("; ");
  canvas.setAttribute("aria-label", shown.far ? countedWords(shown.density) : "Chart of the statements over time");
}

/** @param {import("./chart_density.js").Counted} counted */
function countedWords({ every, lanes }) {
  const by = lanes?.length ? `, by ${lanes.map(({ name }) => name).join(", ")}` : "";
  return `Counts of the statements, a ${every} each${by}`;
}

/** @param {any} event of d3-zoom */
function moved(event) {
  transform = event.transform;
  shown.scale.apply(transform);
  const pointer = event.sourceEvent;
  if (pointer?.type === "mousemove") frame.scrollTop -= pointer.movementY;
  if (!record.whole) later();
  draw();
}

/** @type {number | undefined} */
let waiting;
function later() {
  clearTimeout(waiting);
  waiting = setTimeout(look, 160);
}

/** Looks closer, where not all is loaded: at the statements if they are few enough, else at counts. */
async function look() {
  const mine = ++counting;
  const window = shown.scale.window();
  const counted = await closer(window, domain?.[0] ?? window[0], clock());
  /** @type {Statement[] | null} */
  let found = null;
  if (between(counted, window) <= WHOLE / 2) found = await inWindow(window, clock());
  if (mine !== counting) return;
  if (counted.items.length) shown.density = counted;
  near = found;
  arrange();
  if (shown.far && counted.items.length) await divide(counted, within(window, clock()));
}

let asked = false;
/** Draws at the next frame, once. */
export function draw() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    paint(canvas, frame, shown, address.one("statement"));
  });
}

/** The statement that is looked at changed: it is brought into sight and marked. */
export function select() {
  const mark = shown.plan.marks.find(({ statement }) => statement.id === address.one("statement"));
  if (mark && !shown.far) {
    const { scrollTop, clientHeight } = frame;
    if (mark.y < scrollTop + AXIS + 10 || mark.y > scrollTop + clientHeight - 10) frame.scrollTop = mark.y - clientHeight / 2;
  }
  draw();
}

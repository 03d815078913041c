// @ts-check
/** What the chart shows now. The other modules of this room read and change it, and then call `draw`. */

import { AXIS } from "../drawing/axis.js";
import { amounts, filled } from "../drawing/crowds.js";
import { strips } from "../drawing/density.js";
import { inSight, mayTouch, signAt } from "../drawing/marks.js";
import { paint } from "../drawing/paper.js";
import { TimeScale } from "../drawing/scale.js";
import { byId } from "../look/element.js";
import * as address from "../state/address.js";
import { timeOf } from "../words/instant.js";
import { UNCOUNTED } from "./counts.js";

export const canvas = byId("chart");
/** The element in which the chart scrolls. */
export const frame = byId("chart-frame");
/** Pixels beside the end of the axis. */
export const BESIDE = 12;

/**
 * `known`: something has been loaded; `each`: the reader asked for a row for each statement, however many; `printing`: it is drawn for paper, and not
 * for the screen; `all`: counts of all statements that match, wherever they are, if not all are loaded; `most`: of the time that most of them need, which may be finer.
 * @type {import("../drawing/paper.js").Shown & {known: boolean, each: boolean, printing: boolean, all: import("../drawing/density.js").Counted, most: import("../drawing/density.js").Counted}}
 */
export const shown = {
  scale: new TimeScale([0, 1], [0, 1]),
  plan: { marks: [], lanes: [], height: 0, row: 20, labelled: false, crowded: false, undated: 0, left: 0 },
  density: UNCOUNTED,
  known: false,
  all: UNCOUNTED,
  most: UNCOUNTED,
  far: false,
  each: false,
  printing: false,
  choosing: null,
  hovered: "",
  gutter: 0,
  missing: 0,
};

let waiting = false;
/** @type {(() => void)[]} */
const listeners = [];

/** @param {() => void} listener is called after each drawing */
export function drawn(listener) {
  listeners.push(listener);
}

/** Draws at the next animation frame, once for any number of calls until then. */
export function draw() {
  if (waiting || !shown.known) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    if (shown.printing) return;
    paint(canvas, frame, shown, address.one("statement"));
    tell();
    for (const listener of listeners) listener();
  });
}

/** Describes what is drawn in attributes of the chart, for programs. */
function tell() {
  const { scale, plan, far, density } = shown;
  const [from, to] = scale.window();
  const lanes = far ? strips(density, { top: 0, bottom: 0 }) : plan.lanes;
  const marks = plan.marks.filter((mark) => mayTouch(mark, scale));
  const bars = density.bars.filter((bar) => bar.count > 0 && bar.to > from && bar.from < to);
  const id = address.one("statement");
  const chosen = id ? marks.find((mark) => mark.statement.id === id && inSight(mark, scale)) : undefined;
  canvas.dataset.from = timeOf(from);
  canvas.dataset.to = timeOf(to);
  canvas.dataset.lanes = lanes.map(({ name }) => name).filter(Boolean).join("\n");
  canvas.dataset.marks = String(far ? bars.length : marks.filter((mark) => mark.drawn || mark === chosen).length + columns());
  const y = chosen ? chosen.y - frame.scrollTop : 0;
  if (chosen && !far && y > AXIS && y < frame.clientHeight) canvas.dataset.chosen = `${Math.round(signAt(chosen, scale))},${Math.round(y)}`;
  else delete canvas.dataset.chosen;
}

/** @returns {number} how many columns are drawn of what is counted in lanes */
function columns() {
  const counted = shown.plan.lanes.flatMap(({ crowd }) => (crowd ? [amounts(crowd.marks, shown.scale)] : []));
  return counted.reduce((sum, found) => sum + filled(found), 0);
}

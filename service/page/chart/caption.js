// @ts-check
/** What is said beside the chart: what is counted, what is not in it, and where its buttons lead. */

import { byId } from "../look/element.js";
import { begunBefore } from "./counts.js";
import * as movement from "./movement.js";
import { canvas, shown } from "./view.js";

/** Says what the chart shows now. */
export function show() {
  nameHome();
  const { density, far, plan, scale } = shown;
  const counted = new Set(plan.lanes.flatMap(({ crowd }) => (crowd ? crowd.marks.map(({ statement }) => statement.id) : []))).size;
  byId("each-tool").hidden = far || !(counted || shown.each);
  byId("each-tool").setAttribute("aria-pressed", String(shown.each));
  const notes = [];
  if (far) notes.push(density.items.length ? "counted: zoom in to see statements" : "over a thousand years: zoom in to see counts");
  else if (counted) notes.push(`${counted.toLocaleString("en")} are counted, too many overlap`);
  if (!far && plan.undated) notes.push(`${plan.undated} without a date: in the list only`);
  const before = far ? begunBefore(density, scale.window()[0]) : 0;
  if (before) notes.push(`${before.toLocaleString("en")} began before what is in sight`);
  byId("chart-note").textContent = notes.join("; ");
  canvas.setAttribute("aria-label", far ? countedWords(density) : "Chart of the statements over time");
}

/** @param {import("../drawing/density.js").Counted} counted */
function countedWords({ every, lanes }) {
  const by = lanes?.length ? `, by ${lanes.map(({ name }) => name).join(", ")}` : "";
  return `Number of statements per ${every}${by}`;
}

/** Says where the button leads. */
export function nameHome() {
  const words = movement.leadsToMost() ? "Show most" : "Show all";
  byId("zoom-fit").textContent = words;
  byId("zoom-fit").title = `${words} (0)`;
}

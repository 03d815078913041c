// @ts-check
/** The caption of the chart: what it counts, what it leaves out, and where its buttons lead. */

import { extent, NOTHING, spanOf } from "../drawing/layout.js";
import { byId, make } from "../look/element.js";
import { focusOn } from "../look/in_sight.js";
import * as address from "../state/address.js";
import { record } from "../state/record.js";
import { begunBefore, survey } from "./counts.js";
import * as movement from "./movement.js";
import { canvas, frame, shown } from "./view.js";

/** @typedef {import("../state/address.js").Clock} Clock */

/** Letters of a note that has room beside the tools or the legend, in a wide window and in another; a longer one is below the chart. */
const LONG = { wide: 60, other: 36 };
const wide = matchMedia("(min-width: 58rem)");

let pointing = 0;

export function start() {
  byId("other-clock").addEventListener("click", (/** @type {MouseEvent} */ event) => {
    address.go({ on: otherClock() === "said" ? "said" : null });
    if (event.detail === 0) focusOn(byId("list")); // by the keyboard, and the button is gone
  });
}

/** @returns {Clock} the one that the chart does not use */
const otherClock = () => (address.clock() === "said" ? "occurred" : "said");

/** Writes what the chart shows now. */
export function show() {
  nameHome();
  const { density, far, plan, scale } = shown;
  const crowds = plan.lanes.flatMap(({ crowd }) => (crowd ? [crowd] : []));
  const counted = new Set(crowds.flatMap(({ marks }) => marks.map(({ statement }) => statement.id))).size;
  frame.parentElement?.classList.toggle("areas", far || counted > 0); // the legend has what they are filled with
  frame.parentElement?.classList.toggle("bars", far);
  byId("each-tool").hidden = far || !(counted || plan.left || shown.each);
  byId("each-tool").setAttribute("aria-pressed", String(shown.each));
  const notes = [];
  const way = density.items.length ? ": zoom in to see statements" : ": zoom in to see counts"; // of no use on paper
  if (far) notes.push(density.items.length ? "counted" : "over a thousand years");
  else if (counted) notes.push(`${crowds.length === 1 ? "1 row is" : `${crowds.length} rows are`} counted, too many overlap there`);
  const left = far ? 0 : plan.left + shown.missing;
  if (left) notes.push(`${left.toLocaleString("en")} more may be about what is in sight: left out`);
  const undated = record.whole ? plan.undated : shown.all.undated;
  if (undated) notes.push(`${undated.toLocaleString("en")} without a date: in the list only`);
  if (far) notes.push(...beside(density, scale.window()));
  const note = byId("chart-note");
  const [first = "", ...others] = notes;
  const parts = [first, far ? make("span", { class: "way", text: way }) : "", ...others.map((each) => `; ${each}`)];
  note.replaceChildren(...parts.filter((part) => part !== ""));
  place(note);
  canvas.setAttribute("aria-label", far ? countedWords(density) : "Chart of the statements over time");
}

/**
 * Gives a long note its room below the chart.
 * @param {HTMLElement} note
 */
function place(note) {
  const letters = String(note.textContent).length;
  const long = letters > (wide.matches ? LONG.wide : LONG.other) || (letters > 0 && address.embedded);
  note.classList.toggle("long", long);
  frame.parentElement?.style.setProperty("--note", long ? `${note.offsetHeight}px` : "0px");
}

/**
 * What has to be known about counts that are drawn as bars.
 * @param {import("../drawing/density.js").Counted} counted @param {[number, number]} window seconds @returns {string[]}
 */
function beside(counted, [from]) {
  const { began, may } = begunBefore(counted, from);
  const before = began > 0 ? "it" : "what is in sight";
  return [
    ...(began > 0 ? [`${began.toLocaleString("en")} began before what is in sight`] : []),
    ...(may > 0 ? [`${may.toLocaleString("en")} may have begun before ${before}`] : []),
    ...(counted.unbegun > 0 ? [`${counted.unbegun.toLocaleString("en")} in no bar: their beginning is open or unknown`] : []),
  ];
}

/** @param {import("../drawing/density.js").Counted} counted */
function countedWords({ every, lanes }) {
  const by = lanes?.length ? `, by ${lanes.map(({ name }) => name).join(", ")}` : "";
  return `Number of statements per ${every}${by}`;
}

/** Names where the button leads. */
export function nameHome() {
  const words = movement.leadsToMost() ? "Show most" : "Show all";
  byId("zoom-fit").textContent = words;
  byId("zoom-fit").title = `${words} (0)`;
}

/**
 * If no statement has a date by the chart's clock, writes how many have one by the other clock, and offers that clock.
 * @param {import("./counts.js").Reaching} timeline as of the moment @param {boolean} dated whether something has one by this clock
 */
export async function point(timeline, dated) {
  const mine = ++pointing;
  const on = otherClock();
  const many = dated || record.total === 0 ? 0 : await datedBy(on, timeline);
  if (mine !== pointing) return;
  frame.classList.toggle("elsewhere", many > 0);
  const [have, they] = many === 1 ? ["has", "it was"] : ["have", "they were"];
  const what = on === "said" ? `${they} said` : "it happened";
  byId("other-dated").textContent = many ? `${many.toLocaleString("en")} ${have} a date on which ${what}.` : "";
  byId("other-clock").textContent = on === "said" ? "Show when it was said" : "Show when it happened";
  byId("other-clock").hidden = many === 0;
}

/** @param {Clock} on @param {import("./counts.js").Reaching} timeline @returns {Promise<number>} how many of what is shown have a date by a clock */
async function datedBy(on, timeline) {
  if (record.whole) return record.items.filter((item) => extent(spanOf(item, on) ?? NOTHING)).length;
  return record.total - (await survey(on, timeline)).undated;
}

// @ts-check
/** The page on paper: all of the chart and the list, the sources as notes, and where it is to be found. */

import { canvas, frame, shown } from "../chart/view.js";
import { paint } from "../drawing/paper.js";
import * as list from "../list/list.js";
import { byId, make } from "../look/element.js";
import * as address from "../state/address.js";
import { timeline } from "../state/api.js";
import { record } from "../state/record.js";
import { dateWords } from "../words/dates.js";
import { dayWords, inZone, original } from "../words/instant.js";

/** @typedef {import("../state/statement").Source} Source */

const root = document.documentElement;
/** @type {{title: string, updated_at: string}} */
let known;
/** @type {Element[]} what is on paper only */
let added = [];

/** @param {() => any} timelineShown the timeline as of the moment that is shown */
export function start(timelineShown) {
  const paper = matchMedia("print");
  const turn = () => (paper.matches ? begin(timelineShown()) : end());
  addEventListener("beforeprint", () => begin(timelineShown()));
  addEventListener("afterprint", end);
  paper.addEventListener("change", turn);
}

/** @param {any} shownTimeline null as long as nothing was read */
function begin(shownTimeline) {
  if (root.classList.contains("printing") || !shownTimeline) return;
  known = shownTimeline;
  root.classList.add("printing");
  list.whole();
  const sources = numbered();
  const notes = make("section", { id: "print-notes", class: "on-paper" }, ...endnotes(sources), ...reference());
  document.body.append(notes);
  added.push(notes);
  wholeChart();
}

function end() {
  for (const element of added) element.remove();
  added = [];
  root.classList.remove("printing");
  frame.dispatchEvent(new Event("scroll")); // the chart is drawn at its size on the screen
}

/** Draws all of the chart, in the colours of paper. */
function wholeChart() {
  if (!shown.far && shown.plan.height) frame.style.height = `${shown.plan.height + 6}px`;
  canvas.style.height = `${frame.clientHeight}px`;
  paint(canvas, frame, shown, "");
}

/** Numbers the sources in the order of the rows, and puts the numbers into the rows. @returns {Source[]} */
function numbered() {
  /** @type {Map<string, {number: number, source: Source}>} */
  const found = new Map();
  for (const row of document.querySelectorAll("#statements > li")) {
    const sources = record.find(row.getAttribute("data-statement-id") ?? "")?.sources ?? [];
    for (const source of sources) if (!found.has(source.id)) found.set(source.id, { number: found.size + 1, source });
    const numbers = sources.map(({ id, locator }) => [found.get(id)?.number, locator].filter(Boolean).join(", "));
    if (numbers.length === 0) continue;
    const mark = make("sup", { class: "on-paper", dir: "auto", text: ` [${numbers.join("; ")}]` });
    row.querySelector(".row-text")?.append(mark);
    added.push(mark);
  }
  return [...found.values()].map(({ source }) => source);
}

/** @param {Source[]} sources */
function endnotes(sources) {
  if (sources.length === 0) return [];
  const items = sources.map(({ title, publisher, published, url, archive_url }) =>
    make("li", { dir: "auto", text: [title, publisher, published && dateWords(published, null), url, archive_url].filter(Boolean).join(", ") }));
  return [make("h2", { text: "Sources" }), make("ol", {}, ...items)];
}

/** How to refer to what is printed, and where it is: the address shows the same for ever. */
function reference() {
  const { revision } = record;
  const time = record.asOf?.recorded_at ?? known.updated_at;
  const place = new URL(address.changed({ as_of: String(revision), statement: null }), location.href);
  const rest = record.total - byId("statements").children.length;
  return [
    make("h2", { text: "To refer to this" }),
    make("p", { dir: "auto", text: `“${known.title}”. onrecord, timeline ${timeline}, revision ${revision}, as known on ${inZone(time)} (${original(time)}). ${place}` }),
    make("p", { text: `Printed ${dayWords(new Date().toISOString())}.${rest > 0 ? ` ${rest.toLocaleString("en")} more statements are not printed.` : ""}` }),
  ];
}

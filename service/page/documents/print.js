// @ts-check
/** The page on paper: all of the chart and the list, the sources as notes, and where it is to be found. */

import { canvas, frame, shown } from "../chart/view.js";
import { paint } from "../drawing/paper.js";
import { comparedWith } from "../list/comparison.js";
import * as list from "../list/list.js";
import { byId, make } from "../look/element.js";
import * as address from "../state/address.js";
import { timeline } from "../state/api.js";
import { record } from "../state/record.js";
import { dateWords } from "../words/dates.js";
import { asKnown, dayWords, inZone } from "../words/instant.js";

/** @typedef {import("../state/statement").Source} Source */
/** @typedef {{title: string, updated_at: string}} Timeline as of the moment that is shown */

const root = document.documentElement;
/** @type {{timeline: Timeline, address: string, revision: number} | null} what the page has shown last as the answer to its address */
let answer = null;
/** @type {Element[]} what is on paper only */
let added = [];

export function start() {
  const paper = matchMedia("print");
  addEventListener("beforeprint", begin);
  addEventListener("afterprint", end);
  paper.addEventListener("change", () => (paper.matches ? begin() : end()));
}

/** @param {Timeline} timeline all of the page answers its address now */
export function answered(timeline) {
  answer = { timeline, address: asked(), revision: record.revision };
}

/** What the address asks for, but for the statement in the detail, which is not printed. */
const asked = () => address.changed({ statement: null });

/** Paper has what is shown, if that is what was asked for; otherwise why it is not. */
function begin() {
  if (root.classList.contains("printing")) return;
  root.classList.add("printing");
  const whole = answer?.address === asked() && answer.revision === record.revision && root.dataset.reading !== "refused";
  root.classList.toggle("unanswered", !whole);
  if (whole) list.whole();
  const notes = make("section", { id: "print-notes", class: "on-paper" }, ...(whole && answer ? [...endnotes(numbered()), ...reference(answer.timeline)] : missing()));
  document.body.append(notes);
  added.push(notes);
  if (whole) wholeChart();
}

function end() {
  for (const element of added) element.remove();
  added = [];
  root.classList.remove("printing", "unanswered");
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

/**
 * How to refer to what is printed, and where it is: the address shows the same for ever.
 * @param {Timeline} known
 */
function reference(known) {
  const { revision } = record;
  const time = record.asOf?.recorded_at ?? known.updated_at;
  const early = address.isEarly();
  const compare = address.one("compare") ? String(comparedWith()) : null;
  const place = new URL(address.changed({ as_of: early ? address.one("as_of") : String(revision), compare, statement: null }), location.href);
  const rest = record.total - byId("statements").children.length;
  const when = early ? asKnown({ revision, recorded_at: time }, early) : `revision ${revision}, as known on ${inZone(time)} (${time})`;
  return [
    make("h2", { text: "To refer to this" }),
    make("p", { dir: "auto", text: `“${known.title}”. onrecord, timeline ${timeline}${early ? "." : ","} ${when}. ${place}` }),
    printed(rest > 0 ? ` ${rest.toLocaleString("en")} more statements are not printed.` : ""),
  ];
}

/** Why there is nothing on paper. */
function missing() {
  const why = byId("problem").hidden ? "The answer was still awaited." : byId("problem-words").textContent;
  return [
    make("h2", { text: "Not on this paper" }),
    make("p", { dir: "auto", text: `What ${location.href} asks for could not be printed. ${why}` }),
    printed(),
  ];
}

/** @param {string} [more] */
const printed = (more = "") => make("p", { text: `Printed ${dayWords(new Date().toISOString())}.${more}` });

// @ts-check
/** The page on paper: all of the chart and the list, the statement that is open, the sources as notes, and its address. */

import { arrange, lay } from "../chart/chart.js";
import { beyondWords } from "../chart/edges.js";
import { canvas, frame, shown } from "../chart/view.js";
import { paint, wholeHeight } from "../drawing/paper.js";
import { comparedWith } from "../list/comparison.js";
import * as detail from "../detail/detail.js";
import * as list from "../list/list.js";
import { lostBy } from "../list/summary.js";
import { byId, make, words } from "../look/element.js";
import { redactionWords } from "../parts/redaction.js";
import * as address from "../state/address.js";
import { timeline } from "../state/api.js";
import { record } from "../state/record.js";
import { dateWords } from "../words/dates.js";
import { asKnown, inZone, recordedWords } from "../words/instant.js";
import { reason } from "./notice.js";

/** @typedef {import("../state/statement").Source} Source */
/** @typedef {{title: string, updated_at: string}} Timeline as of the moment that is shown */

const root = document.documentElement;
/** The chart on paper in pixels: as wide as an upright sheet, its sharpness, and the most pixels in all. */
const SHEET = { width: 720, far: 400, sharp: 3, most: 16_000_000 };
/** @type {{timeline: Timeline, address: string, revision: number} | null} what the page has shown last as the answer to its address */
let answer = null;
/** @type {Element[]} what is on paper only */
let added = [];
/** How far the chart was scrolled. */
let scrolled = 0;

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

/** The address without the statement in the detail, which is loaded separately. */
const asked = () => address.changed({ statement: null });

/** Prints what is shown if it answers the address; otherwise the reason why it does not. */
function begin() {
  if (root.classList.contains("printing")) return;
  root.classList.add("printing");
  const whole = answer?.address === asked() && answer.revision === record.revision && root.dataset.reading !== "refused";
  root.classList.toggle("unanswered", !whole);
  if (whole) list.whole();
  if (whole) ordered();
  if (whole) opened();
  const notes = make("section", { id: "print-notes", class: "on-paper" }, ...(whole && answer ? [...endnotes(numbered()), ...lost(answer), ...reference(answer.timeline)] : missing()));
  document.body.append(notes);
  added.push(notes);
  if (whole) wholeChart();
}

function end() {
  for (const element of added) element.remove();
  added = [];
  root.classList.remove("printing", "unanswered", "with-detail");
  if (!shown.printing) return;
  shown.printing = false;
  arrange();
  frame.scrollTop = scrolled;
}

/**
 * Draws all of the chart, in the colours of paper. A browser says that it will print before it lays out the sheet. So
 * the chart has a width of its own, and the style fits it to the sheet.
 */
function wholeChart() {
  if (!shown.known) return;
  const beyond = beyondWords();
  if (beyond) put("#chart-frame", make("p", { class: "on-paper", text: `Beyond what is drawn: ${beyond}` }), "after");
  scrolled = frame.scrollTop;
  shown.printing = true;
  lay(SHEET.width);
  const height = Math.max(shown.far ? SHEET.far : 140, wholeHeight(shown) + 6);
  const sharp = Math.min(SHEET.sharp, Math.sqrt(SHEET.most / SHEET.width / height));
  paint(canvas, { clientWidth: SHEET.width, clientHeight: height, scrollTop: 0 }, shown, address.one("statement"), sharp);
}

/** Says in which order the rows are. */
function ordered() {
  const { selectedOptions: [chosen] } = /** @type {HTMLSelectElement} */ (byId("order"));
  const words = make("p", { class: "on-paper", text: `In this order: ${chosen.text}` });
  if (!byId("statements").hidden) put(".list-head", words, "append");
}

/** Marks the row of the open statement, and puts its detail on paper, below the list. */
function opened() {
  const id = address.one("statement");
  if (!id) return;
  const answered = detail.isAnswered();
  root.classList.toggle("with-detail", answered);
  const below = answered ? "its detail is below the list" : "its detail is not on this paper";
  put("#statements > [aria-current] .row-top", make("span", { class: "on-paper opened-here", text: `Opened: ${below}` }), "append");
  const title = make("p", { class: "on-paper opened-title", text: answered ? "The statement that was opened" : `The statement ${id} was opened, and its detail could not be printed. ${reason()}` });
  put(answered ? "#detail" : "#list", title, answered ? "prepend" : "append");
}

/** @param {string} place a selector @param {HTMLElement} element what is on paper only @param {"append" | "prepend" | "after"} how */
function put(place, element, how) {
  document.querySelector(place)?.[how](element);
  added.push(element);
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
    make("li", {}, words([title, publisher, published && dateWords(published, null), url, archive_url].filter(Boolean).join(", "))));
  return [make("h2", { text: "Sources" }), make("ol", {}, ...items)];
}

/** @param {{revision: number}} shown @returns {HTMLElement[]} what was redacted of the timeline, which the summary counts */
function lost(shown) {
  const items = lostBy(shown).map((each) => make("li", {}, `Statement ${each.id}`, ...redactionWords(each)));
  return items.length ? [make("h2", { text: "Redacted" }), make("ol", {}, ...items)] : [];
}

/**
 * How to cite the printed page: its address, which always shows the same.
 * @param {Timeline} known
 */
function reference(known) {
  const { revision } = record;
  const time = record.asOf?.recorded_at ?? known.updated_at;
  const early = address.isEarly();
  const compare = address.one("compare") && comparedWith() ? String(comparedWith()) : null;
  const place = new URL(address.changed({ as_of: early ? address.one("as_of") : String(revision), compare }), location.href);
  const rest = record.total - byId("statements").children.length;
  const when = early ? asKnown({ revision, recorded_at: time }, early) : `revision ${revision}, as known on ${recordedWords(time)}`;
  return [
    make("h2", { text: "To refer to this" }),
    make("p", {}, words(`“${known.title}”`), `. onrecord, timeline ${timeline}${early ? "." : ","} ${when}. ${place}`),
    printed(rest > 0 ? ` ${rest.toLocaleString("en")} more statements are not printed.` : ""),
  ];
}

/** Prints why there is nothing on paper. */
function missing() {
  return [
    make("h2", { text: "Not on this paper" }),
    make("p", { text: `What ${location.href} asks for could not be printed. ${reason()}` }),
    printed(),
  ];
}

/** @param {string} [more] */
const printed = (more = "") => make("p", { text: `Printed on ${inZone(new Date().toISOString())}.${more}` });

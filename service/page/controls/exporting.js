// @ts-check
/** Files and feeds: the filtered statements in the formats of other programs, and what each format cannot hold. */

import { byId, sentence } from "../look/element.js";
import * as address from "../state/address.js";
import { ask, below, Problem, timeline } from "../state/api.js";

/** @typedef {{statements: number, losses: {field: string, statements: number}[]}} Loss */

/** @type {Record<string, string>} the name, for readers, of a field that loses something */
const FIELDS = {
  "said.by": "who said it", "said.with": "who said it too", "said.on": "when it was said", "said.via": "through whom", occurred: "when it happened",
  about: "whom it is about", places: "where", quantities: "how many", credibility: "grades", retraction: "retractions", history: "corrections", origin: "the file it came from", extra: "further columns",
};
const box = byId("export");
const format = byId("export-format");
const loss = byId("export-loss");
/** The parameters of the loss that is shown; empty if none is. */
let told = "";

/** Shows the links, and what is lost as soon as they are opened. */
export function start() {
  byId("feed-atom").href = below("/feed.atom");
  byId("feed-json").href = below("/feed.json");
  format.addEventListener("change", () => {
    show();
    tell();
  });
  box.addEventListener("focusin", tell);
  box.addEventListener("pointerenter", tell);
  address.watch(show);
  show();
}

/** The parameters of the file: the format, the filters, the moment and the order. */
function asked() {
  const asked = address.question();
  asked.set("format", format.value);
  if (address.one("order")) asked.set("order", address.one("order"));
  return asked;
}

function show() {
  byId("whole").href = `${address.root}/t/${timeline}${location.search}`; // below an embed: the same view, on the whole page
  byId("export-link").href = `${below("/export")}?${asked()}`;
  if (told !== `${asked()}`) loss.textContent = "";
}

async function tell() {
  show(); // the moment may have been found to be before the timeline was opened
  const question = asked();
  if (told === `${question}`) return;
  told = `${question}`;
  loss.textContent = "Counting what is lost …";
  try {
    const { body } = await ask(below("/export/loss"), question);
    if (told === `${question}`) loss.textContent = inWords(body);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (told !== `${question}`) return;
    told = "";
    loss.replaceChildren(...sentence(problem.message));
  }
}

/** @param {Loss} report */
function inWords({ statements, losses }) {
  const left = losses.find(({ field }) => field === "statement")?.statements ?? 0;
  const others = losses.filter(({ field }) => field !== "statement").map(({ field }) => FIELDS[field] ?? field);
  const words = [`${(statements - left).toLocaleString("en")} of ${statements.toLocaleString("en")} statements.`];
  words.push(others.length ? `It cannot hold all of: ${others.join(", ")}.` : "Nothing is lost of them.");
  return words.join(" ");
}

// @ts-check
/** The timeline in words: how many statements, by whom, about when, what is disputed, what was corrected. */

import { byId, make, words } from "../look/element.js";
import { bringIntoSight } from "../look/in_sight.js";
import { narrow } from "../look/narrow.js";
import * as address from "../state/address.js";
import { ask, below } from "../state/api.js";
import { facets } from "../state/facets.js";
import { areNamesWhole, speakers } from "../state/names.js";
import { MONTHS, yearWords } from "../words/dates.js";
import { civil, secondsOf } from "../words/instant.js";

/** @typedef {{statements: number, first: string | null, last: string | null}} Timeline */

const box = byId("summary");
let counting = 0;

/**
 * Shows the timeline as of the moment, whatever the filters.
 * @param {Timeline} timeline
 */
export async function show(timeline) {
  const mine = ++counting;
  if (timeline.statements === 0) {
    box.textContent = "There are no statements yet.";
    return;
  }
  const [counts, fixed] = await Promise.all([facets(new URLSearchParams(address.moment())), corrected()]);
  if (mine !== counting) return;
  const standings = new Map(counts.standings.map(({ value, count }) => [value, count]));
  box.replaceChildren(...opening(timeline), ". ", ...contested(standings), ". ", taken(fixed, standings.get("retracted") ?? 0));
}

/** @param {Timeline} timeline */
function opening({ statements, first, last }) {
  const who = speakers();
  const parts = [make("b", { text: many(statements, "statement") })];
  if (!areNamesWhole()) parts.push(node(` by more than ${who.length.toLocaleString("en")} speakers`));
  else if (who.length > 1) parts.push(...[" by ", make("b", { text: many(who.length, "speaker") }), ", most by ", ...list(who.slice(0, 3))].map(node));
  else if (who.length === 1) parts.push(node(" by "), speaker(who[0]));
  const [from, to] = [month(first), month(last)];
  if (from && to) parts.push(node(from === to ? `, about ${from}` : `, about ${from} to ${to}`));
  return parts;
}

/** @param {Node | string} part @returns {any} */
const node = (part) => (typeof part === "string" ? document.createTextNode(part) : part);

/** @param {import("../state/names.js").Actor[]} who */
function list(who) {
  return who.flatMap((each, at) => [at === 0 ? "" : at === who.length - 1 ? " and " : ", ", speaker(each)]);
}

/** @param {import("../state/names.js").Actor} actor a link to what the actor said */
function speaker({ name }) {
  return link({ by: name }, words(name));
}

/** @param {Map<string, number>} standings */
function contested(standings) {
  const [disputed, corroborated] = [standings.get("disputed") ?? 0, standings.get("corroborated") ?? 0];
  if (disputed + corroborated === 0) return ["None is disputed by another"];
  const parts = [];
  if (disputed) parts.push(link({ standing: "disputed" }, `${disputed.toLocaleString("en")} ${are(disputed)} disputed`));
  else parts.push("None is disputed");
  if (corroborated) parts.push(", ", link({ standing: "corroborated" }, `${corroborated.toLocaleString("en")} ${are(corroborated)} corroborated by others`));
  return parts;
}

/** @param {number} fixed how many were corrected @param {number} retracted */
function taken(fixed, retracted) {
  if (fixed + retracted === 0) return "None was corrected or retracted.";
  const parts = [changed({ corrected: "true" }, fixed, "corrected"), changed({ standing: "retracted" }, retracted, "retracted")];
  const [first, second] = fixed ? parts : ["None was corrected", parts[1]];
  return make("span", {}, first, ", ", retracted ? second : "none was retracted", ".");
}

/** @param {Record<string, string>} filter @param {number} count @param {string} how */
const changed = (filter, count, how) => link(filter, `${count.toLocaleString("en")} ${count === 1 ? "was" : "were"} ${how}`);

/** How many statements were corrected, as of the moment. */
async function corrected() {
  const { body } = await ask(below("/statements"), { ...address.moment(), corrected: "true", count: "true", limit: "1" });
  return body.total;
}

/** @param {Record<string, string>} filter @param {Node | string} text */
function link(filter, text) {
  const made = make("a", { href: address.changed(filter) }, text);
  made.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    address.go(filter);
    // On a small screen what it leads to is below the chart.
    if (narrow.matches) bringIntoSight(byId("list"));
  });
  return made;
}

/** @param {number} count @param {string} noun */
const many = (count, noun) => `${count.toLocaleString("en")} ${count === 1 ? noun : `${noun}s`}`;

/** @param {number} count */
const are = (count) => (count === 1 ? "is" : "are");

/** @param {string | null} time RFC 3339 @returns {string | null} its month and year */
function month(time) {
  const seconds = secondsOf(time);
  if (seconds === null) return null;
  const [year, number] = civil(seconds);
  return Math.abs(year) > 9999 ? yearWords(year) : `${MONTHS[number - 1]} ${yearWords(year)}`;
}

// @ts-check
/** New statements that the reader has not looked at: a button with their number, and a sentence for screen readers. */

import { byId } from "../look/element.js";
import { focusOn } from "../look/in_sight.js";
import { nameOf } from "../parts/statement_link.js";
import * as address from "../state/address.js";
import { forgetNames } from "../state/names.js";

/** @typedef {{type: string, subject: string}} Heard an event of the live stream */

/** Milliseconds that a row is in sight before it counts as looked at. */
const LOOKED = 4_000;
/** @type {Record<string, string>} the events that count as arrivals; of several events of a statement the first in this order counts */
const WORDS = {
  "statement.recorded": "new", "statement.retracted": "retracted", "statement.corrected": "corrected",
  "statement.reinstated": "reinstated", "statement.related": "related", "statement.unrelated": "related",
};
const ORDER = Object.keys(WORDS);

const button = byId("arrivals");
const list = byId("statements");
/** @type {Map<string, string>} from each statement that was not looked at to the type of its event */
const unseen = new Map();
/** @type {Map<string, string>} the same of what is not shown yet */
const coming = new Map();
/** @type {Map<Element, number>} rows in sight, with what will count them as looked at */
const looking = new Map();
const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    clearTimeout(looking.get(target));
    if (isIntersecting) looking.set(target, setTimeout(() => see(idOf(target)), LOOKED));
    else looking.delete(target);
  }
});

export function start() {
  button.addEventListener("click", next);
}

/** @param {Heard} event that arrived; what it did is said when the page shows it */
export function hear({ type, subject }) {
  const id = subject.replace(/^statements\//, "");
  if (type === "statement.redacted") forget(id);
  if (!(type in WORDS) || id === subject) return;
  const before = coming.get(id);
  if (!before || ORDER.indexOf(type) < ORDER.indexOf(before)) coming.set(id, type);
}

/** @param {string} id of a statement of which nothing may be left */
function forget(id) {
  coming.delete(id);
  byId("arrivals-said").textContent = "";
  forgetNames();
  see(id);
}

/** Announces and counts everything that arrived and is shown now. */
export function tell() {
  if (coming.size === 0) return;
  for (const [id, type] of coming) if (unseen.get(id) !== "statement.recorded") unseen.set(id, type);
  byId("arrivals-said").textContent = sentence();
  coming.clear();
  show();
}

/** @param {string} id of a statement that was looked at */
export function see(id) {
  if (unseen.delete(id)) show();
}

/** What arrived, in words: a single statement itself, else the number on the button. */
function sentence() {
  const [first] = coming;
  if (coming.size > 1 || !first) return `${counted(unseen)}.`;
  const name = nameOf(first[0]);
  return name ? `${capital(WORDS[first[1]])}: ${name}` : `${counted(coming)}, outside of what is shown.`;
}

/** @param {Map<string, string>} some @returns {string} "2 new, 1 corrected" */
function counted(some) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const type of some.values()) counts.set(WORDS[type], (counts.get(WORDS[type]) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count.toLocaleString("en")} ${word}`).join(", ");
}

/** @param {string} word */
const capital = (word) => word[0].toUpperCase() + word.slice(1);

/** Shows how many were not looked at, and watches for their rows to come into sight. */
function show() {
  sight.disconnect();
  for (const timer of looking.values()) clearTimeout(timer);
  looking.clear();
  button.hidden = unseen.size === 0;
  button.textContent = counted(unseen);
  for (const id of unseen.keys()) {
    const row = rowOf(id);
    if (row) sight.observe(row);
  }
}

/** Goes to the first statement that was not looked at: to its row, or to its detail if the list has no row for it. */
function next() {
  const [id] = unseen.keys();
  const row = rowOf(id);
  see(id);
  if (row) focusOn(/** @type {HTMLElement} */ (row.querySelector("a")), row);
  else address.go({ statement: id });
}

/** @param {string} id @returns {Element | null} its row, if the list is shown and has one */
function rowOf(id) {
  return list.hidden ? null : list.querySelector(`[data-statement-id="${CSS.escape(id)}"]`);
}

/** @param {Element} row */
const idOf = (row) => row.getAttribute("data-statement-id") ?? "";

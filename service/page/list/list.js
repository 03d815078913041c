// @ts-check
/** The list of statements. Rows in sight stay in place while others are added or removed. */

import { byId } from "../look/element.js";
import { bringIntoSight, focusOn } from "../look/in_sight.js";
import { narrow } from "../look/narrow.js";
import * as address from "../state/address.js";
import { read } from "../state/reading.js";
import { more, record } from "../state/record.js";
import { row, shownOf } from "./row.js";

/** How many rows are added to the document at a time; a list that is no longer has all of them at once. */
const STEP = 200;
/** How many rows a longer list begins with: more than a screen, and few to lay out before the rest of the page is there. */
const FIRST = 50;

const list = byId("statements");
const pane = byId("list");
const count = byId("count");
const below = byId("more");
const end = new IntersectionObserver(reach, { rootMargin: "1200px" });
let room = STEP;
/** @type {Set<string>} */
let known = new Set();
/**
 * The row that had the focus last, or whose statement was open. From there a link may have led
 * to a statement without a row.
 */
let left = "";

/** @param {(id: string, how: {keyboard: boolean}) => void} choose */
export function start(choose) {
  list.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const target = /** @type {Element} */ (event.target);
    const item = target.closest("[data-statement-id]");
    if (!item || event.ctrlKey || event.metaKey || event.shiftKey || getSelection()?.toString()) return;
    event.preventDefault();
    choose(String(item.getAttribute("data-statement-id")), { keyboard: event.detail === 0 });
  });
  pane.addEventListener("keydown", walk);
  list.addEventListener("focusin", (/** @type {FocusEvent} */ { target }) => {
    left = /** @type {Element} */ (target).closest("[data-statement-id]")?.getAttribute("data-statement-id") ?? left;
  });
  narrow.addEventListener("change", () => mark({ near: !narrow.matches })); // a list that was covered may show other rows
  watch();
}

/** Watches for the end of the rows from now on, ignoring what was seen before the rows changed. */
function watch() {
  end.disconnect();
  end.takeRecords();
  end.observe(below);
}

/** @param {KeyboardEvent} event up and down move the focus from row to row, and from the list itself to a row */
function walk(event) {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (!step || list.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = /** @type {Element} */ (event.target);
  const item = target === pane ? list.querySelector("[aria-current]") : target.closest("[data-statement-id]");
  const first = target === pane && step > 0 ? firstInSight() : null;
  const beside = item ? (step > 0 ? item.nextElementSibling : item.previousElementSibling) : first;
  const link = beside?.querySelector("a");
  if (!beside || !link) return;
  event.preventDefault();
  focusOn(link, beside);
}

/** @param {IntersectionObserverEntry[]} entries */
async function reach(entries) {
  if (!entries.some((entry) => entry.isIntersecting)) return;
  if (list.children.length >= record.items.length && record.whole) return;
  if (room >= record.items.length) await read(more);
  room += STEP;
  render();
}

/** Shows other statements, from the top. */
export function replace() {
  room = record.total > STEP ? FIRST : STEP;
  known = new Set(record.items.map((item) => item.id));
  pane.scrollTop = 0; // before the rows change: after it, the browser would lay them out at once
  list.replaceChildren();
  render();
  watch();
}

/** Shows more statements of the same answer. */
export function extend() {
  known = new Set(record.items.map((item) => item.id));
  render();
}

/** Adds the rows of all loaded statements to the document. */
export function whole() {
  room = Math.max(room, record.items.length);
  render();
}

/** Shows the names of speakers and sources, which were not known when the rows were made. */
export function rename() {
  render();
}

/** Shows the same list at a later revision; the rows in sight stay in place. */
export function update() {
  const arrived = record.items.filter((item) => !known.has(item.id));
  known = new Set([...known, ...arrived.map((item) => item.id)]);
  const place = hold();
  const focused = document.activeElement?.closest("[data-statement-id]")?.getAttribute("data-statement-id");
  room += arrived.length;
  render(new Set(arrived.map((item) => item.id)));
  place();
  if (focused && !list.contains(document.activeElement)) {
    list.querySelector(`[data-statement-id="${CSS.escape(focused)}"] a`)?.focus({ preventScroll: true });
  }
}

/** What the rows scroll in: the list, or the page. */
const scrollerOfRows = () => (pane.scrollHeight > pane.clientHeight ? pane : document.scrollingElement);

function firstInSight() {
  const top = scrollerOfRows() === pane ? pane.getBoundingClientRect().top : 0;
  return [...list.children].find((item) => item.getBoundingClientRect().bottom > top);
}

/**
 * Remembers the first row in sight, and returns a function that scrolls it back to its place. Browsers
 * that do the same by themselves (scroll anchoring) are kept from doing it a second time.
 */
function hold() {
  const scroller = scrollerOfRows();
  const first = firstInSight();
  if (!first || scroller.scrollTop === 0) return () => {};
  const id = first.getAttribute("data-statement-id") ?? "";
  const before = first.getBoundingClientRect().top;
  scroller.style.overflowAnchor = "none";
  return () => {
    const again = list.querySelector(`[data-statement-id="${CSS.escape(id)}"]`);
    if (again) scroller.scrollTop += again.getBoundingClientRect().top - before;
    requestAnimationFrame(() => requestAnimationFrame(() => (scroller.style.overflowAnchor = "")));
  };
}

/** @param {Set<string>} [fresh] ids of statements that have just arrived */
function render(fresh = new Set()) {
  const rows = new Map([...list.children].map((item) => [item.getAttribute("data-statement-id"), item]));
  const shown = record.items.slice(0, room).map((statement) => {
    const old = rows.get(statement.id);
    if (old?.getAttribute("data-shown") === shownOf(statement)) return old;
    const made = row(statement);
    if (fresh.has(statement.id)) made.classList.add("fresh");
    return made;
  });
  arrange(shown);
  const { total } = record;
  count.textContent = `${total.toLocaleString("en")} ${total === 1 ? "statement" : "statements"}`;
  const rest = total - shown.length;
  below.textContent = rest > 0 ? `${rest.toLocaleString("en")} more: scroll to load them` : "";
  if (total === 0 && address.isFiltered()) below.textContent = "No statement matches. Remove a filter to see more.";
  mark();
}

/** @param {Element[]} shown the rows in order; only those in the wrong place are moved */
function arrange(shown) {
  const stays = new Set(shown);
  for (const item of [...list.children]) if (!stays.has(item)) item.remove();
  shown.forEach((item, index) => {
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
}

/** Marks the row of the statement in the detail; `near` scrolls to it. */
export function mark({ near = false } = {}) {
  const id = address.one("statement");
  const place = near ? record.items.findIndex((item) => item.id === id) : -1;
  if (place >= room) {
    room = place + STEP;
    render();
  }
  for (const item of list.children) {
    if (item.getAttribute("data-statement-id") === id) {
      item.setAttribute("aria-current", "true");
      left = id;
      if (near && !list.hidden) bringIntoSight(item);
    } else item.removeAttribute("aria-current");
  }
}

/**
 * @param {string} id of a statement whose row gets the focus; without a row of it, the row that the reader came from, or the first
 * @param {{near: boolean}} how `near` scrolls to it
 */
export function focus(id, { near }) {
  const row = [id, left].map((each) => list.querySelector(`[data-statement-id="${CSS.escape(each)}"]`)).find(Boolean) ?? list.firstElementChild;
  (row?.querySelector("a") ?? pane).focus({ preventScroll: true });
  if (near && row) bringIntoSight(row);
}

// @ts-check
/** The list: rows that stay where the reader has them while others come and go. */

import * as address from "./address.js";
import { byId } from "./element.js";
import { more, record } from "./record.js";
import { row } from "./statement_row.js";

/** Rows that are put into the document at once: a list of up to 200 is whole in it. */
const STEP = 200;

const list = byId("statements");
const pane = byId("list");
const count = byId("count");
const below = byId("more");
let room = STEP;
/** @type {Set<string>} */
let known = new Set();

/** @param {(id: string, how: {keyboard: boolean}) => void} choose */
export function start(choose) {
  list.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const target = /** @type {Element} */ (event.target);
    const item = target.closest("[data-statement-id]");
    if (!item || event.ctrlKey || event.metaKey || event.shiftKey || getSelection()?.toString()) return;
    event.preventDefault();
    choose(String(item.getAttribute("data-statement-id")), { keyboard: event.detail === 0 });
  });
  list.addEventListener("keydown", walk);
  new IntersectionObserver(reach, { rootMargin: "1200px" }).observe(below);
}

/** @param {KeyboardEvent} event up and down go from row to row */
function walk(event) {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  const item = /** @type {Element} */ (event.target).closest("[data-statement-id]");
  if (!step || !item) return;
  const other = step > 0 ? item.nextElementSibling : item.previousElementSibling;
  if (!other) return;
  event.preventDefault();
  other.querySelector("a")?.focus();
}

/** @param {IntersectionObserverEntry[]} entries */
async function reach(entries) {
  if (!entries.some((entry) => entry.isIntersecting)) return;
  const shown = list.children.length;
  if (shown < STEP || (shown >= record.items.length && record.whole)) return;
  if (room >= record.items.length) await more();
  room += STEP;
  render();
}

/** Shows another question's answer, from its beginning. */
export function replace() {
  room = STEP;
  known = new Set(record.items.map((item) => item.id));
  list.replaceChildren();
  render();
  pane.scrollTop = 0;
}

/** Shows the same question's later answer: what one reads stays in its place. */
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
  return arrived.length;
}

/**
 * Notes the first row in sight; the function that it returns puts it back there. Meanwhile the
 * browser, where it does the same by itself, is kept from doing it twice.
 */
function hold() {
  const scroller = pane.scrollHeight > pane.clientHeight ? pane : document.scrollingElement;
  const top = scroller === pane ? pane.getBoundingClientRect().top : 0;
  const first = [...list.children].find((item) => item.getBoundingClientRect().bottom > top);
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

/** @param {Set<string>} [fresh] ids that arrived while one looked */
function render(fresh = new Set()) {
  const rows = new Map([...list.children].map((item) => [item.getAttribute("data-statement-id"), item]));
  const shown = record.items.slice(0, room).map((statement) => {
    const old = rows.get(statement.id);
    if (old?.getAttribute("data-changed") === String(statement.changed)) return old;
    const made = row(statement);
    if (fresh.has(statement.id)) made.classList.add("fresh");
    return made;
  });
  arrange(shown);
  const { total } = record;
  count.textContent = `${total.toLocaleString("en")} ${total === 1 ? "statement" : "statements"}`;
  const rest = total - shown.length;
  below.textContent = rest > 0 ? `${rest.toLocaleString("en")} more, as you scroll` : "";
  if (total === 0) {
    const filtered = address.FILTERS.some((name) => address.all(name).length > 0);
    below.textContent = filtered
      ? "Nothing on this timeline matches. Take a filter away to see more."
      : `Nothing had been said on this timeline${record.asOf ? " at that moment" : " yet"}.`;
  }
  mark();
}

/** @param {Element[]} shown moves only what is not in its place */
function arrange(shown) {
  const stays = new Set(shown);
  for (const item of [...list.children]) if (!stays.has(item)) item.remove();
  shown.forEach((item, index) => {
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
}

/** Marks the row of the statement that is looked at; `near` brings it into sight. */
export function mark({ near = false } = {}) {
  const id = address.one("statement");
  for (const item of list.children) {
    if (item.getAttribute("data-statement-id") === id) {
      item.setAttribute("aria-current", "true");
      if (near) item.scrollIntoView({ block: "nearest" });
    } else item.removeAttribute("aria-current");
  }
}

/** @param {string} id */
export function focus(id) {
  list.querySelector(`[data-statement-id="${CSS.escape(id)}"] a`)?.focus({ preventScroll: true });
}

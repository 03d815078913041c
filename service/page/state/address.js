// @ts-check
/** The address: its query selects what the page shows, with the parameter names of the HTTP interface. */

/** Filters that may be given several times. */
export const SEVERAL = ["actor", "by", "role", "kind", "place", "tag", "source", "dataset", "origin_id", "standing", "q"];
/** Filters that may be given once. */
const ONCE = ["from", "to", "said_from", "said_to", "match", "unsourced", "corrected"];
/** Parameters with one value: if there are two different ones, it is unclear which is meant. */
const SINGLE = [...ONCE, "as_of", "compare"];
/** Parameters whose first value is used if there are several, because they only affect the presentation. */
const FIRST = ["order", "on", "lanes", "statement"];
/** Every filter. */
export const FILTERS = [...SEVERAL, ...ONCE];
/** What removes every filter. */
export const UNFILTERED = Object.fromEntries(FILTERS.map((name) => [name, null]));

/** The revision at which a timeline is opened. */
export const OPENING = "1";

/** The path prefix of the service's addresses, with which the document was served. */
export const root = document.documentElement.dataset.root ?? "";

/** The path of this page, without the prefix. */
export const path = location.pathname.startsWith(`${root}/`) ? location.pathname.slice(root.length) : location.pathname;

/** Whether the page is shown within an article of another site. */
export const embedded = path.startsWith("/embed/");

/** @typedef {"occurred" | "said"} Clock */

/** @type {Set<(changed: Set<string>) => void>} */
const listeners = new Set();
/** @type {Set<() => void>} */
const watchers = new Set();

/** @returns {URLSearchParams} the query of the address */
export function parameters() {
  return new URLSearchParams(location.search);
}

/** @param {string} name @param {string} [otherwise] the value where the address has none */
export function one(name, otherwise = "") {
  return parameters().get(name) || otherwise;
}

/** @param {string} name @returns {string[]} every value that the address gives it */
export function all(name) {
  return parameters().getAll(name).filter(Boolean);
}

/** @returns {string[]} the parameters with one value to which the address gives several different ones */
export function repeated() {
  return SINGLE.filter(isRepeated);
}

/** @param {string} name */
const isRepeated = (name) => new Set(all(name)).size > 1;

/** Whether the address has a filter. */
export function isFiltered() {
  return FILTERS.some((name) => all(name).length > 0);
}

/** The moment, if the service said that it is before the timeline was opened. */
let early = "";

/** Notes that the moment is before the timeline was opened, so that the service knows nothing of it. */
export function takeForEarly() {
  early = one("as_of");
}

/** Whether the moment is before the timeline was opened. */
export function isEarly() {
  return early !== "" && early === one("as_of");
}

/** The moment for the service: before the timeline was opened, nothing was on record, as at its opening. Of two it is none. */
function asOf() {
  if (isRepeated("as_of")) return "";
  return isEarly() ? OPENING : one("as_of");
}

/**
 * The filters and the moment, as parameters for the service.
 * @param {...string} without filters to leave out
 */
export function question(...without) {
  const asked = new URLSearchParams();
  for (const [name, value] of parameters()) {
    if (value && FILTERS.includes(name) && !without.includes(name)) asked.append(name, value);
  }
  if (asOf()) asked.set("as_of", asOf());
  return asked;
}

/**
 * The moment, as a parameter for the service; empty where the page shows the present.
 * @returns {Record<string, string>}
 */
export function moment() {
  return asOf() ? { as_of: asOf() } : {};
}

/**
 * Which of a statement's two times the chart and the window use: when it happened, or when it was said.
 * @returns {Clock}
 */
export function clock() {
  return one("on") === "said" ? "said" : "occurred";
}

/** @param {Clock} [on] @returns {[string, string]} the filters for the start and the end of the window */
export function windowNames(on = clock()) {
  return on === "said" ? ["said_from", "said_to"] : ["from", "to"];
}

/**
 * The address with other values; null or an empty list removes a name.
 * @param {Record<string, string | string[] | null>} changes
 */
export function changed(changes) {
  const next = parameters();
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const item of Array.isArray(value) ? value : [value]) if (item) next.append(name, item);
  }
  const text = next.toString();
  return text ? `?${text}` : location.pathname;
}

/**
 * Changes the address, and calls the listeners. In an embed the browser's history stays as it is, because it is that
 * of the article: going back there should not go through what was looked at here.
 * @param {Record<string, string | string[] | null>} changes
 * @param {{replace?: boolean}} how `replace`: without a new entry in the browser's history
 */
export function go(changes, { replace = false } = {}) {
  const before = parameters();
  const to = changed(changes);
  if (replace || embedded) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  announce(before);
}

/**
 * Writes into the address what is already shown as its answer.
 * @param {Record<string, string | null>} changes
 */
export function settle(changes) {
  history.replaceState(null, "", changed(changes));
  shown = parameters();
  for (const watcher of watchers) watcher();
}

/** @param {(changed: Set<string>) => void} listener is given the names whose values changed */
export function listen(listener) {
  listeners.add(listener);
}

/** @param {() => void} watcher is called after each change of the address, also of one that changes nothing that is shown */
export function watch(watcher) {
  watchers.add(watcher);
}

let shown = parameters();
addEventListener("popstate", () => announce(shown));

const unclear = repeated();
const twice = [...SINGLE, ...FIRST].filter((name) => all(name).length > 1 && !unclear.includes(name));
if (twice.length) settle(Object.fromEntries(twice.map((name) => [name, one(name)])));

/** @param {URLSearchParams} before the query until now */
function announce(before) {
  const now = parameters();
  const names = new Set();
  for (const name of new Set([...before.keys(), ...now.keys()])) {
    if (before.getAll(name).join("\n") !== now.getAll(name).join("\n")) names.add(name);
  }
  shown = now;
  for (const watcher of watchers) watcher();
  if (names.size) for (const listener of listeners) listener(names);
}

// @ts-check
/** The address: what the page shows is what stands behind its `?`, by the interface's names. */

/** Filters of the lists that may be given several times. */
export const SEVERAL = ["actor", "by", "kind", "place", "tag", "source", "standing", "q"];
/** Filters of the lists that are given once. */
const ONCE = ["from", "to", "said_from", "said_to", "match", "unsourced"];
/** Every filter that a list takes. */
export const FILTERS = [...SEVERAL, ...ONCE];

/** @type {Set<(changed: Set<string>) => void>} */
const listeners = new Set();

/** @returns {URLSearchParams} */
export function parameters() {
  return new URLSearchParams(location.search);
}

/** @param {string} name @param {string} [otherwise] */
export function one(name, otherwise = "") {
  return parameters().get(name) || otherwise;
}

/** @param {string} name @returns {string[]} */
export function all(name) {
  return parameters().getAll(name).filter(Boolean);
}

/**
 * The filters, and the moment that is looked at.
 * @param {...string} without filters that are left out
 */
export function question(...without) {
  const asked = new URLSearchParams();
  for (const [name, value] of parameters()) {
    const counts = FILTERS.includes(name) && !without.includes(name);
    if (value && (counts || name === "as_of")) asked.append(name, value);
  }
  return asked;
}

/**
 * The moment that is looked at, as a parameter; nothing while it is now.
 * @returns {Record<string, string>}
 */
export function moment() {
  return one("as_of") ? { as_of: one("as_of") } : {};
}

/**
 * The address with other values; null or an empty list takes a name out.
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
 * Goes there, and tells everyone who listens.
 * @param {Record<string, string | string[] | null>} changes
 * @param {{replace?: boolean}} how `replace`: no new entry in the browser's history
 */
export function go(changes, { replace = false } = {}) {
  const before = parameters();
  const to = changed(changes);
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  tell(before);
}

/** @param {(changed: Set<string>) => void} listener given the names whose values changed */
export function listen(listener) {
  listeners.add(listener);
}

let shown = parameters();
addEventListener("popstate", () => tell(shown));

/** @param {URLSearchParams} before */
function tell(before) {
  const now = parameters();
  const names = new Set();
  for (const name of new Set([...before.keys(), ...now.keys()])) {
    if (before.getAll(name).join("\n") !== now.getAll(name).join("\n")) names.add(name);
  }
  shown = now;
  if (names.size) for (const listener of listeners) listener(names);
}

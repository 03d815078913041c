// @ts-check
/** A text with what a search found in it. */

import { make } from "../look/element.js";
import { rangesOf } from "../words/matches.js";

/** @param {string} text @param {import("../words/matches.js").Term[]} terms @returns {Node[]} */
export function highlighted(text, terms) {
  const ranges = terms.flatMap((term) => rangesOf(text, term)).sort(([a], [b]) => a - b);
  /** @type {Node[]} */
  const parts = [];
  let end = 0;
  for (const [from, to] of ranges) {
    if (to <= end) continue;
    const begin = Math.max(from, end);
    parts.push(document.createTextNode(text.slice(end, begin)), make("mark", { text: text.slice(begin, to) }));
    end = to;
  }
  return [...parts, document.createTextNode(text.slice(end))];
}

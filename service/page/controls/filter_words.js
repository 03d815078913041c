// @ts-check
/** The filters in the words that readers know them by. */

import { STANDING_WORDS } from "../look/standing.js";

/** @type {Record<string, string>} the name of a filter, for readers */
const WORDS = {
  q: "search", actor: "who", by: "said by", role: "spoken of as", dataset: "dataset", origin_id: "record", said_from: "said from", said_to: "said to", match: "dates",
  as_of: "what was known by", compare: "what changed since",
};
/** @type {Record<string, Record<string, string>>} what they are shown for the values that have other words */
const VALUES = {
  unsourced: { true: "no source given", false: "with a source" }, corrected: { true: "corrected", false: "never corrected" },
  standing: Object.fromEntries(Object.entries(STANDING_WORDS).map(([standing, words]) => [standing, `standing: ${words}`])),
};

/** @param {string} name of a filter @param {string} value as readers know it, of actors and sources @returns {string} */
export function filterWords(name, value) {
  return VALUES[name]?.[value] ?? `${WORDS[name] ?? name}: ${value}`;
}
